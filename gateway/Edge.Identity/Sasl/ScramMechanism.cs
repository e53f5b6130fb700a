using System.Security.Cryptography;
using System.Text;

using Edge.Identity.Accounts;
using Edge.Things.Addresses;

namespace Edge.Identity.Sasl;

/// <summary>One SCRAM mechanism: its name, its hash, and where an account keeps the keys for it. A further hash is one more line in
/// <see cref="All"/> and one more property of <see cref="Account"/>.</summary>
public sealed record ScramMechanism
{
    private readonly Func<Account, ScramKeys?> _keysOf;

    private ScramMechanism(string name, HashAlgorithmName hash, int hashBytes, Func<Account, ScramKeys?> keysOf) =>
        (Name, Hash, HashBytes, _keysOf) = (name, hash, hashBytes, keysOf);

    /// <summary>SHA-512 in the frame of RFC 5802, as it is registered with IANA and used by other servers.</summary>
    public static ScramMechanism Sha512 { get; } = new("SCRAM-SHA-512", HashAlgorithmName.SHA512, SHA512.HashSizeInBytes, account => account.ScramSha512);

    /// <summary>RFC 7677.</summary>
    public static ScramMechanism Sha256 { get; } = new("SCRAM-SHA-256", HashAlgorithmName.SHA256, SHA256.HashSizeInBytes, account => account.ScramSha256);

    /// <summary>RFC 5802.</summary>
    public static ScramMechanism Sha1 { get; } = new("SCRAM-SHA-1", HashAlgorithmName.SHA1, SHA1.HashSizeInBytes, account => account.ScramSha1);

    /// <summary>What we speak, the strongest first: clients take the first that they know (RFC 6120 §6.3.3).</summary>
    public static IReadOnlyList<ScramMechanism> All { get; } = [Sha512, Sha256, Sha1];

    /// <summary>The name as IANA has it.</summary>
    public string Name { get; }

    /// <summary>Its hash function.</summary>
    internal HashAlgorithmName Hash { get; }

    /// <summary>The length of its hash in bytes.</summary>
    internal int HashBytes { get; }

    /// <summary>The mechanism of a name, or null.</summary>
    public static ScramMechanism? Find(string? name) => All.FirstOrDefault(mechanism => mechanism.Name == name);

    internal ScramKeys? KeysOf(Account account) => _keysOf(account);

    /// <summary>Hi(password, salt, iterations) of RFC 5802 §2.2, with the password in the one form that it has (<see cref="PasswordText"/>).</summary>
    internal byte[] Salt(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(PasswordText.Normalize(password)), salt, iterations, Hash, HashBytes);

    internal byte[] ClientKey(byte[] saltedPassword) => Sign(saltedPassword, "Client Key");

    internal byte[] ServerKey(byte[] saltedPassword) => Sign(saltedPassword, "Server Key");

    internal byte[] StoredKey(byte[] clientKey) => CryptographicOperations.HashData(Hash, clientKey);

    internal byte[] Sign(byte[] key, string text) => CryptographicOperations.HmacData(Hash, key, Encoding.UTF8.GetBytes(text));

    /// <summary>ClientProof from ClientKey or back: both are the other XOR the ClientSignature.</summary>
    internal static byte[] Xor(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var result = new byte[a.Length];
        for (var i = 0; i < result.Length; i++) result[i] = (byte)(a[i] ^ b[i]);
        return result;
    }
}
