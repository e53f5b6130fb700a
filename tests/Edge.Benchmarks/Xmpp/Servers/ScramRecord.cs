#pragma warning disable CA5350 // SCRAM-SHA-1 is what all servers have
using System.Security.Cryptography;

namespace Edge.Benchmarks.Xmpp.Servers;

/// <summary>What the other servers keep of the password of all accounts (RFC 5802 §3, SCRAM-SHA-1).</summary>
internal static class ScramRecord
{
    private static readonly byte[] Salted = Rfc2898DeriveBytes.Pbkdf2(XmppPlan.Password, SaltBytes, XmppPlan.Iterations, HashAlgorithmName.SHA1, 20);

    /// <summary>The salt in base64.</summary>
    public static string Salt => Convert.ToBase64String(SaltBytes);

    /// <summary>StoredKey.</summary>
    public static byte[] StoredKey { get; } = SHA1.HashData(HMACSHA1.HashData(Salted, "Client Key"u8));

    /// <summary>ServerKey.</summary>
    public static byte[] ServerKey { get; } = HMACSHA1.HashData(Salted, "Server Key"u8);

    private static ReadOnlySpan<byte> SaltBytes => "sixteen bytes   "u8;
}
