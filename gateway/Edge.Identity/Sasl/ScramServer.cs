using System.Security.Cryptography;
using System.Text;

using Edge.Identity.Accounts;

namespace Edge.Identity.Sasl;

/// <summary>The server's side of one SCRAM exchange (RFC 5802 §3, RFC 7677): made for one client, fed with its words, never used again.
/// Channel binding is not offered yet, so a client may say <c>n</c> or <c>y</c> but not <c>p</c>.</summary>
public sealed class ScramServer
{
    private readonly ScramMechanism _mechanism;
    private readonly IAccounts _accounts;
    private readonly ScramDecoys _decoys;
    private readonly string _ownNonce;

    private State _state = State.Beginning;
    private Account? _account;
    private ScramKeys _keys = new([], 0, [], []);
    private string _gs2 = "";
    private string _clientFirst = "";
    private string _serverFirst = "";
    private string _nonce = "";

    /// <summary>An exchange that has not begun.</summary>
    public ScramServer(ScramMechanism mechanism, IAccounts accounts, ScramDecoys decoys)
        : this(mechanism, accounts, decoys, RandomNumberGenerator.GetHexString(32, lowercase: true))
    {
    }

    /// <summary>With the nonce given, for the examples of the RFCs.</summary>
    internal ScramServer(ScramMechanism mechanism, IAccounts accounts, ScramDecoys decoys, string ownNonce) =>
        (_mechanism, _accounts, _decoys, _ownNonce) = (mechanism, accounts, decoys, ownNonce);

    private enum State
    {
        Beginning,
        Challenged,
        Over,
    }

    /// <summary>Takes the client's next words. After a success or a failure the exchange is over.</summary>
    public async ValueTask<SaslReply> NextAsync(string text, CancellationToken cancel = default)
    {
        var state = _state;
        _state = State.Over;
        if (text.Length > ScramText.MaxLength) return SaslReply.Fail("malformed-request");

        return state switch
        {
            State.Beginning => await BeginAsync(text, cancel).ConfigureAwait(false),
            State.Challenged => Finish(text),
            _ => SaslReply.Fail("malformed-request"),
        };
    }

    private async ValueTask<SaslReply> BeginAsync(string text, CancellationToken cancel)
    {
        // An authorization identity is not served: one acts as oneself. "m=" in front would be an extension that we must know, and do not.
        if (text.Split(',', 3) is not ["n" or "y", var authzid, var bare]) return SaslReply.Fail("malformed-request");
        if (authzid.Length > 0) return SaslReply.Fail("invalid-authzid");
        if (bare.Split(',') is not [var first, var second, ..] || ScramText.UnescapeName(ScramText.Value(first, 'n')) is not { } name
            || ScramText.Value(second, 'r') is not { } clientNonce || !ScramText.IsNonce(clientNonce))
        {
            return SaslReply.Fail("malformed-request");
        }

        var decoy = _decoys.KeysFor(name, _mechanism);
        _account = await _accounts.FindAsync(name, cancel).ConfigureAwait(false);
        var keys = _account is null ? null : _mechanism.KeysOf(_account);
        if (keys is null || _account!.IsDisabled) _account = null;
        _keys = keys ?? decoy;
        (_gs2, _clientFirst, _nonce) = (text[..^bare.Length], bare, clientNonce + _ownNonce);
        _serverFirst = $"r={_nonce},s={Convert.ToBase64String(_keys.Salt)},i={_keys.Iterations}";
        _state = State.Challenged;
        return SaslReply.Challenge(_serverFirst);
    }

    private SaslReply Finish(string text)
    {
        var proofAt = text.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0) return SaslReply.Fail("malformed-request");

        var withoutProof = text[..proofAt];
        var binding = Convert.ToBase64String(Encoding.UTF8.GetBytes(_gs2));
        if (withoutProof.Split(',') is not [var c, var r, ..] || c != "c=" + binding || r != "r=" + _nonce) return SaslReply.Fail("malformed-request");
        if (ScramText.Bytes(text[(proofAt + 3)..]) is not { } proof || proof.Length != _mechanism.HashBytes) return SaslReply.Fail("malformed-request");

        var authMessage = $"{_clientFirst},{_serverFirst},{withoutProof}";
        var clientKey = ScramMechanism.Xor(proof, _mechanism.Sign(_keys.StoredKey, authMessage));
        var isRight = CryptographicOperations.FixedTimeEquals(_mechanism.StoredKey(clientKey), _keys.StoredKey);
        if (!isRight || _account is null) return SaslReply.Fail("not-authorized");

        return SaslReply.Success("v=" + Convert.ToBase64String(_mechanism.Sign(_keys.ServerKey, authMessage)), _account);
    }
}
