#pragma warning disable CA5350 // SCRAM-SHA-1 is what all servers have
using System.Security.Cryptography;
using System.Text;

namespace Edge.Benchmarks.Xmpp.Clients;

/// <summary>The client's side of SCRAM-SHA-1 (RFC 5802). What PBKDF2 makes of a password is kept: it is the client's cost, and the same for every server.</summary>
internal sealed class ScramProof(string user, string password)
{
    private static readonly Dictionary<(string Password, string Salt, int Iterations), (byte[] ClientKey, byte[] StoredKey)> Keys = [];

    private readonly string _bare = $"n={user},r={Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}";

    /// <summary>The first message, in base64.</summary>
    public string First => Base64("n,," + _bare);

    /// <summary>The answer to the challenge, both in base64.</summary>
    public string Answer(string challenge)
    {
        var server = Encoding.ASCII.GetString(Convert.FromBase64String(challenge));
        var parts = server.Split(',').ToDictionary(p => p[0], p => p[2..]);
        var (clientKey, storedKey) = KeysOf((password, parts['s'], int.Parse(parts['i'], System.Globalization.CultureInfo.InvariantCulture)));
        var final = $"c=biws,r={parts['r']}";
        var signature = HMACSHA1.HashData(storedKey, Encoding.ASCII.GetBytes($"{_bare},{server},{final}"));
        for (var i = 0; i < signature.Length; i++) signature[i] ^= clientKey[i];
        return Base64($"{final},p={Convert.ToBase64String(signature)}");
    }

    private static (byte[] ClientKey, byte[] StoredKey) KeysOf((string Password, string Salt, int Iterations) of)
    {
        if (Keys.TryGetValue(of, out var keys)) return keys;

        var salted = Rfc2898DeriveBytes.Pbkdf2(of.Password, Convert.FromBase64String(of.Salt), of.Iterations, HashAlgorithmName.SHA1, 20);
        var clientKey = HMACSHA1.HashData(salted, "Client Key"u8);
        return Keys[of] = (clientKey, SHA1.HashData(clientKey));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
