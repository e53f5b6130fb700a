using Edge.Identity.Tokens.Foreign;
using Edge.Identity.Tokens.Introspection;

using Microsoft.Extensions.Options;

namespace Edge.Identity;

/// <summary>Accounts, codes and tokens (section <c>identity</c>).</summary>
public sealed class IdentityOptions
{
    /// <summary>Who issues our tokens, the <c>iss</c> claim: a URI. Empty: <c>https://</c> and the domain of <c>things:domain</c> is what the host sets.</summary>
    public string Issuer { get; set; } = "https://edge.local";

    /// <summary>Whom our tokens are for, the <c>aud</c> claim.</summary>
    public string Audience { get; set; } = "edge-mqtt";

    /// <summary>Seconds that an access token lives (30 to 604800). An hour: long enough that a node refreshes seldom, short enough that a lost one dies soon.</summary>
    public int AccessTokenSeconds { get; set; } = 3600;

    /// <summary>Seconds by which another clock may differ (0 to 600). A Pi has no battery-backed clock.</summary>
    public int ClockToleranceSeconds { get; set; } = 30;

    /// <summary>The longest access token in bytes that is looked at (256 to 65536); the node protocol promises 2 KiB.</summary>
    public int MaxTokenBytes { get; set; } = 2048;

    /// <summary>Iterations of PBKDF2 for new passwords (4096 to 1000000). 10,000 take an ESP32 a second and a Pi ten milliseconds; existing
    /// passwords keep theirs.</summary>
    public int ScramIterations { get; set; } = 10_000;

    /// <summary>Wrong one-time codes in a minute (1 to 1000) after which all are refused until the minute is over. No person mistypes 60, so that
    /// only a flood keeps the right code out; and to guess one of 59 bits at that rate is hopeless.</summary>
    public int CodeAttemptsPerMinute { get; set; } = 60;

    /// <summary>Most accounts (1 to 1000000).</summary>
    public int MaxAccounts { get; set; } = 10_000;

    /// <summary>How many good tokens are remembered, so that their signatures are not checked at every connect (0 to 1000000). 8192: twice the
    /// connections, half a kilobyte each.</summary>
    public int TokenCacheEntries { get; set; } = 8192;

    /// <summary>How many right passwords are remembered, as keyed hashes, so that PBKDF2 does not run at every connect (0 to 1000000).</summary>
    public int PasswordCacheEntries { get; set; } = 1024;

    /// <summary>How many passwords are checked at a time (1 to 64). One: PBKDF2 takes a core, and the others serve who is in.</summary>
    public int PasswordChecksAtOnce { get; set; } = 1;

    /// <summary>How many more wait for their turn (0 to 100000); beyond, a client is refused and comes back. 256 take a Pi three seconds.</summary>
    public int PasswordChecksWaiting { get; set; } = 256;

    /// <summary>Wrong passwords in a minute (1 to 100000) after which an address (of IPv6 its /64) is refused until the minute is over.</summary>
    public int SignInFailuresPerAddress { get; set; } = 20;

    /// <summary>Wrong passwords in a minute (1 to 100000) after which an account is refused, except from addresses where it signed in before. More than
    /// for an address: who knows a name must not lock its owner out with one machine.</summary>
    public int SignInFailuresPerAccount { get; set; } = 60;

    /// <summary>Foreign issuers whose JWTs are taken.</summary>
    public IList<IssuerOptions> Issuers { get; } = [];

    /// <summary>Servers that tell what opaque tokens are good for.</summary>
    public IList<IntrospectionOptions> Introspection { get; } = [];
}

/// <summary>Checks <see cref="IdentityOptions"/>.</summary>
internal sealed class IdentityOptionsValidator : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        List<string> errors = [];
        Check("accessTokenSeconds", options.AccessTokenSeconds, 30, 604_800);
        Check("clockToleranceSeconds", options.ClockToleranceSeconds, 0, 600);
        Check("maxTokenBytes", options.MaxTokenBytes, 256, 65_536);
        Check("scramIterations", options.ScramIterations, 4096, 1_000_000);
        Check("codeAttemptsPerMinute", options.CodeAttemptsPerMinute, 1, 1000);
        Check("maxAccounts", options.MaxAccounts, 1, 1_000_000);
        Check("tokenCacheEntries", options.TokenCacheEntries, 0, 1_000_000);
        Check("passwordCacheEntries", options.PasswordCacheEntries, 0, 1_000_000);
        Check("passwordChecksAtOnce", options.PasswordChecksAtOnce, 1, 64);
        Check("passwordChecksWaiting", options.PasswordChecksWaiting, 0, 100_000);
        Check("signInFailuresPerAddress", options.SignInFailuresPerAddress, 1, 100_000);
        Check("signInFailuresPerAccount", options.SignInFailuresPerAccount, 1, 100_000);
        if (!Uri.TryCreate(options.Issuer, UriKind.Absolute, out _)) errors.Add($"identity:issuer is '{options.Issuer}': give a URI such as https://edge.local.");
        if (options.Audience.Length == 0) errors.Add("identity:audience is empty: give a word that our services share, such as edge-mqtt.");
        ForeignPartiesCheck.AddErrors(options, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(string key, int value, int least, int most)
        {
            if (value < least || value > most) errors.Add($"identity:{key} is {value}: give {least} to {most}.");
        }
    }
}
