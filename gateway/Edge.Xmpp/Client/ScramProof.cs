using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Edge.Xmpp.Client;

/// <summary>The client's side of SCRAM (RFC 5802 §3), without channel binding.</summary>
internal sealed class ScramProof(HashAlgorithmName hash, string user, string password)
{
    private const int MostIterations = 10_000_000; // a hostile server must not keep us busy for ever

    private readonly string _bare =
        $"n={user.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal)},r={RandomNumberGenerator.GetHexString(32)}";

    private byte[] _serverSignature = [];

    public string First => "n,," + _bare;

    private string Nonce => _bare[(_bare.LastIndexOf(",r=", StringComparison.Ordinal) + 3)..];

    /// <summary>Answers the server's challenge.</summary>
    /// <exception cref="XmppClientException">The challenge is not one.</exception>
    public string Final(string challenge)
    {
        var parts = challenge.Split(',').Where(p => p.Length > 2 && p[1] == '=').ToDictionary(p => p[0], p => p[2..]);
        if (!parts.TryGetValue('r', out var nonce) || !nonce.StartsWith(Nonce, StringComparison.Ordinal) || nonce.Length == Nonce.Length
            || !parts.TryGetValue('s', out var salt) || !parts.TryGetValue('i', out var count)
            || !int.TryParse(count, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MostIterations)
        {
            throw new XmppClientException("malformed-request", "The server's SCRAM challenge is not one.");
        }

        var length = hash == HashAlgorithmName.SHA1 ? 20 : 32;
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), Convert.FromBase64String(salt), iterations, hash, length);
        var clientKey = Hmac(salted, "Client Key");
        var withoutProof = $"c=biws,r={nonce}";
        var authMessage = $"{_bare},{challenge},{withoutProof}";
        var signature = Hmac(CryptographicOperations.HashData(hash, clientKey), authMessage);
        for (var i = 0; i < signature.Length; i++) signature[i] ^= clientKey[i];
        _serverSignature = Hmac(Hmac(salted, "Server Key"), authMessage);
        return $"{withoutProof},p={Convert.ToBase64String(signature)}";
    }

    /// <summary>True where the server has proven that it knows the password's keys, too.</summary>
    public bool IsFrom(string serverFinal) =>
        serverFinal.StartsWith("v=", StringComparison.Ordinal)
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(serverFinal[2..].Split(',')[0]), Encoding.ASCII.GetBytes(Convert.ToBase64String(_serverSignature)));

    private byte[] Hmac(byte[] key, string text) => CryptographicOperations.HmacData(hash, key, Encoding.UTF8.GetBytes(text));
}
