using System.Security.Cryptography;

using Edge.Identity.Sasl;

namespace Edge.Identity.Accounts;

/// <summary>Makes and checks SCRAM keys (RFC 5802 §3).</summary>
internal static class ScramKeyMaker
{
    private const int SaltBytes = 16;

    /// <summary>Keys of a password with a fresh salt.</summary>
    public static ScramKeys Make(ScramMechanism mechanism, string password, int iterations) =>
        Derive(mechanism, password, RandomNumberGenerator.GetBytes(SaltBytes), iterations);

    /// <summary>True where the password leads to these keys; takes the same time for a wrong one.</summary>
    public static bool Matches(ScramMechanism mechanism, string password, ScramKeys keys) =>
        CryptographicOperations.FixedTimeEquals(Derive(mechanism, password, keys.Salt, keys.Iterations).StoredKey, keys.StoredKey);

    /// <summary>Keys of a password with a salt given.</summary>
    public static ScramKeys Derive(ScramMechanism mechanism, string password, byte[] salt, int iterations)
    {
        var salted = mechanism.Salt(password, salt, iterations);
        var keys = new ScramKeys(salt, iterations, mechanism.StoredKey(mechanism.ClientKey(salted)), mechanism.ServerKey(salted));
        CryptographicOperations.ZeroMemory(salted);
        return keys;
    }
}
