using Edge.Identity.Sasl;

namespace Edge.Identity.Accounts;

/// <summary>What is kept of a password: keys for every SCRAM mechanism, each with a salt of its own. Making them takes three PBKDF2.</summary>
internal sealed record PasswordKeys(ScramKeys Sha1, ScramKeys Sha256, ScramKeys Sha512)
{
    public static PasswordKeys Make(string password, int iterations) => new(
        ScramKeyMaker.Make(ScramMechanism.Sha1, password, iterations),
        ScramKeyMaker.Make(ScramMechanism.Sha256, password, iterations),
        ScramKeyMaker.Make(ScramMechanism.Sha512, password, iterations));

    public Account Of(Account account) => account with { ScramSha1 = Sha1, ScramSha256 = Sha256, ScramSha512 = Sha512 };
}
