using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Edge.Identity.Sasl;

/// <summary>The client's side of one SCRAM exchange (RFC 5802 §3).</summary>
public sealed class ScramClient
{
    private const int MaxIterations = 10_000_000; // a hostile server must not keep us busy for ever

    private readonly ScramMechanism _mechanism;
    private readonly string _password;
    private readonly string _nonce;
    private readonly string _bare;
    private readonly string _header;
    private readonly byte[] _binding;
    private byte[]? _serverSignature;

    /// <summary>An exchange that has not begun.</summary>
    public ScramClient(ScramMechanism mechanism, string user, string password)
        : this(mechanism, user, password, RandomNumberGenerator.GetHexString(32, lowercase: true))
    {
    }

    /// <summary>Bound to the connection that it runs on: with the header that says so (<c>p=tls-server-end-point,,</c>; <c>y,,</c> for a client that could
    /// but was not offered it) and the data of that binding.</summary>
    public ScramClient(ScramMechanism mechanism, string user, string password, string header, byte[] binding)
        : this(mechanism, user, password, RandomNumberGenerator.GetHexString(32, lowercase: true)) => (_header, _binding) = (header, binding);

    /// <summary>With the nonce given, for the examples of the RFCs.</summary>
    internal ScramClient(ScramMechanism mechanism, string user, string password, string nonce)
    {
        (_mechanism, _password, _nonce, _header, _binding) = (mechanism, password, nonce, "n,,", []);
        _bare = $"n={ScramText.EscapeName(user)},r={nonce}";
    }

    /// <summary>The first words.</summary>
    public string First => _header + _bare;

    /// <summary>Answers the server's challenge; null where that is none, and the client should hang up.</summary>
    public string? Answer(string challenge)
    {
        if (challenge.Length > ScramText.MaxLength || challenge.Split(',') is not [var first, var second, var third, ..]
            || ScramText.Value(first, 'r') is not { } nonce || !ScramText.IsNonce(nonce) || nonce.Length == _nonce.Length || !nonce.StartsWith(_nonce, StringComparison.Ordinal)
            || ScramText.Bytes(ScramText.Value(second, 's')) is not { Length: > 0 } salt
            || !int.TryParse(ScramText.Value(third, 'i'), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MaxIterations)
        {
            return null;
        }

        var salted = _mechanism.Salt(_password, salt, iterations);
        var withoutProof = $"c={Convert.ToBase64String([.. Encoding.UTF8.GetBytes(_header), .. _binding])},r={nonce}";
        var authMessage = $"{_bare},{challenge},{withoutProof}";
        var clientKey = _mechanism.ClientKey(salted);
        var proof = ScramMechanism.Xor(clientKey, _mechanism.Sign(_mechanism.StoredKey(clientKey), authMessage));
        _serverSignature = _mechanism.Sign(_mechanism.ServerKey(salted), authMessage);
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    /// <summary>True where the server has proven that it knows the password's keys, too. False before <see cref="Answer"/>.</summary>
    public bool IsProven(string serverFinal) =>
        _serverSignature is not null && serverFinal.Length <= ScramText.MaxLength
        && ScramText.Bytes(ScramText.Value(serverFinal.Split(',')[0], 'v')) is { } signature && CryptographicOperations.FixedTimeEquals(signature, _serverSignature);
}
