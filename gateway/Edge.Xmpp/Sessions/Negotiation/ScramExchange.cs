using System.Security.Cryptography;
using System.Text;

using Edge.Identity.Accounts;

namespace Edge.Xmpp.Sessions.Negotiation;

/// <summary>What a SASL exchange came to: bytes for the client, or a failure by its condition (RFC 6120 §6.5).</summary>
internal readonly record struct SaslReply(string? Text, string? Failure, Account? Account)
{
    public static SaslReply Challenge(string text) => new(text, null, null);

    public static SaslReply Success(string text, Account account) => new(text, null, account);

    public static SaslReply Fail(string condition) => new(null, condition, null);
}

/// <summary>The server's side of one SCRAM exchange (RFC 5802 §3, RFC 7677), without channel binding.</summary>
/// <param name="hash">SHA-1 or SHA-256.</param>
/// <param name="accounts">Where the keys are.</param>
/// <param name="decoyIterations">What new passwords get: names that nobody has must look the same.</param>
internal sealed class ScramExchange(HashAlgorithmName hash, IAccounts accounts, int decoyIterations)
{
    // For names that nobody has: their salts must stay the same, too, or a stranger could tell them from accounts (RFC 5802 §9).
    private static readonly byte[] Decoy = RandomNumberGenerator.GetBytes(32);

    private Account? _account;
    private ScramKeys _keys = new([], 0, [], []);
    private string _gs2 = "";
    private string _clientFirst = "";
    private string _serverFirst = "";
    private string _nonce = "";

    private bool HasBegun => _nonce.Length > 0;

    /// <summary>Takes the client's next words.</summary>
    public async ValueTask<SaslReply> NextAsync(string text, CancellationToken cancel) =>
        HasBegun ? Finish(text) : await BeginAsync(text, cancel).ConfigureAwait(false);

    private async ValueTask<SaslReply> BeginAsync(string text, CancellationToken cancel)
    {
        // gs2-header: "n,," or "y,,"; we offer no channel binding. An authorization identity is not served: one acts as oneself.
        if (text.Split(',', 3) is not ["n" or "y", var authzid, var bare]) return SaslReply.Fail("malformed-request");
        if (authzid.Length > 0) return SaslReply.Fail("invalid-authzid");
        if (bare.Split(',') is not [['n', '=', .. var name], ['r', '=', .. { Length: > 0 } clientNonce], ..]) return SaslReply.Fail("malformed-request");

        name = name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
        _account = await accounts.FindAsync(name, cancel).ConfigureAwait(false);
        if (_account is { IsDisabled: true }) _account = null;
        var keys = hash == HashAlgorithmName.SHA1 ? _account?.ScramSha1 : _account?.ScramSha256;
        if (keys is null) _account = null;
        _keys = keys ?? DecoyKeys(name);
        (_gs2, _clientFirst, _nonce) = (text[..^bare.Length], bare, clientNonce + RandomNumberGenerator.GetHexString(32, lowercase: true));
        _serverFirst = $"r={_nonce},s={Convert.ToBase64String(_keys.Salt)},i={_keys.Iterations}";
        return SaslReply.Challenge(_serverFirst);
    }

    private SaslReply Finish(string text)
    {
        var proofAt = text.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0) return SaslReply.Fail("malformed-request");

        var withoutProof = text[..proofAt];
        var binding = Convert.ToBase64String(Encoding.UTF8.GetBytes(_gs2));
        if (withoutProof.Split(',') is not [var c, var r, ..] || c != "c=" + binding || r != "r=" + _nonce) return SaslReply.Fail("malformed-request");

        var proof = new byte[_keys.StoredKey.Length];
        if (!Convert.TryFromBase64String(text[(proofAt + 3)..], proof, out var length) || length != proof.Length) return SaslReply.Fail("not-authorized");

        var authMessage = Encoding.UTF8.GetBytes($"{_clientFirst},{_serverFirst},{withoutProof}");
        var signature = CryptographicOperations.HmacData(hash, _keys.StoredKey, authMessage);
        for (var i = 0; i < proof.Length; i++) proof[i] ^= signature[i]; // now the client's key, if it has it
        var isRight = CryptographicOperations.FixedTimeEquals(CryptographicOperations.HashData(hash, proof), _keys.StoredKey);
        if (!isRight || _account is null) return SaslReply.Fail("not-authorized");

        return SaslReply.Success("v=" + Convert.ToBase64String(CryptographicOperations.HmacData(hash, _keys.ServerKey, authMessage)), _account);
    }

    private ScramKeys DecoyKeys(string name)
    {
        var seed = HMACSHA256.HashData(Decoy, Encoding.UTF8.GetBytes(name.ToLowerInvariant()));
        var length = hash == HashAlgorithmName.SHA1 ? 20 : 32;
        return new(seed[..16], decoyIterations, RandomNumberGenerator.GetBytes(length), RandomNumberGenerator.GetBytes(length));
    }
}
