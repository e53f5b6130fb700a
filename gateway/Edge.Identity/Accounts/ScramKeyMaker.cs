using System.Security.Cryptography;
using System.Text;

namespace Edge.Identity.Accounts;

/// <summary>Makes and checks SCRAM keys (RFC 5802 §3). The password is taken as its UTF-8 bytes, as the clients we meet do; SASLprep changes
/// only passwords with compatibility characters.</summary>
internal static class ScramKeyMaker
{
    private const int SaltBytes = 16;

    /// <summary>Keys of a password with a fresh salt.</summary>
    public static ScramKeys Make(HashAlgorithmName hash, string password, int iterations) =>
        Derive(hash, password, RandomNumberGenerator.GetBytes(SaltBytes), iterations);

    /// <summary>True where the password leads to these keys; takes the same time for a wrong one.</summary>
    public static bool Matches(HashAlgorithmName hash, string password, ScramKeys keys) =>
        CryptographicOperations.FixedTimeEquals(Derive(hash, password, keys.Salt, keys.Iterations).StoredKey, keys.StoredKey);

    private static ScramKeys Derive(HashAlgorithmName hash, string password, byte[] salt, int iterations)
    {
        var length = hash == HashAlgorithmName.SHA1 ? SHA1.HashSizeInBytes : SHA256.HashSizeInBytes;
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, hash, length);
        var clientKey = CryptographicOperations.HmacData(hash, salted, "Client Key"u8.ToArray());
        var serverKey = CryptographicOperations.HmacData(hash, salted, "Server Key"u8.ToArray());
        CryptographicOperations.ZeroMemory(salted);
        return new(salt, iterations, CryptographicOperations.HashData(hash, clientKey), serverKey);
    }
}
