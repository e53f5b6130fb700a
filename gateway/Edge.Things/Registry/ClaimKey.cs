using System.Security.Cryptography;
using System.Text;

namespace Edge.Things.Registry;

/// <summary>A KEY as the registry keeps it: salted and hashed, so that neither the store nor a backup of it can claim anything.</summary>
internal sealed record ClaimKey(byte[] Salt, byte[] Hash)
{
    private const int SaltBytes = 16;

    /// <summary>Stands in where no record matches, so that a claim takes as long whether its other tags were right or not.</summary>
    public static ClaimKey Nobody { get; } = Of(Random());

    /// <summary>Hashes <paramref name="key"/>.</summary>
    public static ClaimKey Of(string key)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new(salt, HashOf(salt, key));
    }

    /// <summary>A key that nobody can guess: 160 bits, in letters and digits that a sticker and a QR code carry well.</summary>
    public static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    /// <summary>Compares in constant time.</summary>
    public bool Matches(string key) => CryptographicOperations.FixedTimeEquals(Hash, HashOf(Salt, key));

    private static byte[] HashOf(byte[] salt, string key) => SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(key)]);
}
