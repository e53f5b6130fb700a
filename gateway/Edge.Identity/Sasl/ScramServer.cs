using System.Security.Cryptography;
using System.Text;

using Edge.Identity.Accounts;

namespace Edge.Identity.Sasl;

/// <summary>The server's side of one SCRAM exchange (RFC 5802 §3, RFC 7677), with or without channel binding: made for one client, fed with its words, never
/// used again.</summary>
public sealed class ScramServer
{
    private readonly ScramMechanism _mechanism;
    private readonly IAccounts _accounts;
    private readonly ScramDecoys _decoys;
    private readonly ScramTerms _terms;
    private readonly string _ownNonce;

    private State _state = State.Beginning;
    private Account? _account;
    private ScramKeys _keys = new([], 0, [], []);
    private byte[] _bound = [];
    private string _clientFirst = "";
    private string _serverFirst = "";
    private string _nonce = "";

    /// <summary>An exchange that has not begun.</summary>
    public ScramServer(ScramMechanism mechanism, IAccounts accounts, ScramDecoys decoys, ScramTerms? terms = null)
        : this(mechanism, accounts, decoys, RandomNumberGenerator.GetHexString(32, lowercase: true), terms)
    {
    }

    /// <summary>With the nonce given, for the examples of the RFCs.</summary>
    internal ScramServer(ScramMechanism mechanism, IAccounts accounts, ScramDecoys decoys, string ownNonce, ScramTerms? terms = null) =>
        (_mechanism, _accounts, _decoys, _ownNonce, _terms) = (mechanism, accounts, decoys, ownNonce, terms ?? ScramTerms.Plain);

    private enum State
    {
        Beginning,
        Challenged,
        Over,
    }

    /// <summary>Who the client says it is; null before its first words.</summary>
    public string? Name { get; private set; }

    /// <summary>Takes the client's next words. After a success or a failure the exchange is over.</summary>
    public async ValueTask<SaslReply> NextAsync(string text, CancellationToken cancel = default)
    {
        var state = _state;
        _state = State.Over;
        if (text.Length > ScramText.MaxLength) return SaslReply.Fail(SaslConditions.MalformedRequest);

        return state switch
        {
            State.Beginning => await BeginAsync(text, cancel).ConfigureAwait(false),
            State.Challenged => Finish(text),
            _ => SaslReply.Fail(SaslConditions.MalformedRequest),
        };
    }

    private async ValueTask<SaslReply> BeginAsync(string text, CancellationToken cancel)
    {
        // "m=" in front of the name would be an extension that we must know, and do not.
        if (text.Split(',', 3) is not [var flag, var authzid, var bare]) return SaslReply.Fail(SaslConditions.MalformedRequest);
        if (bare.Split(',') is not [var first, var second, ..] || ScramText.UnescapeName(ScramText.Value(first, 'n')) is not { } name
            || ScramText.Value(second, 'r') is not { } clientNonce || !ScramText.IsNonce(clientNonce))
        {
            return SaslReply.Fail(SaslConditions.MalformedRequest);
        }

        if (!IsAllowed(authzid, name)) return SaslReply.Fail(SaslConditions.InvalidAuthzid);
        if (Bind(flag, text[..^bare.Length]) is { } fault) return fault;

        Name = name;
        var decoy = _decoys.KeysFor(name, _mechanism);
        _account = await _accounts.FindAsync(name, cancel).ConfigureAwait(false);
        var keys = _account is null ? null : _mechanism.KeysOf(_account);
        if (keys is null) _account = null;
        _keys = keys ?? decoy;
        (_clientFirst, _nonce) = (bare, clientNonce + _ownNonce);
        _serverFirst = $"r={_nonce},s={Convert.ToBase64String(_keys.Salt)},i={_keys.Iterations}";
        _state = State.Challenged;
        return SaslReply.Challenge(_serverFirst);
    }

    private bool IsAllowed(string authzid, string name) =>
        authzid.Length == 0 || (ScramText.UnescapeName(ScramText.Value(authzid, 'a')) is { } wanted && _terms.MayActAs(name, wanted));

    /// <summary>The flag of channel binding (RFC 5802 §6): what the client will have to prove that it is bound to.</summary>
    private SaslReply? Bind(string flag, string header)
    {
        var bound = Encoding.UTF8.GetBytes(header);
        switch (flag)
        {
            case "n" when !_terms.MustBind:
                _bound = bound;
                return null;
            // It could bind and was told that we cannot: where we can, somebody between us has taken our offer away.
            case "y" when !_terms.MustBind:
                _bound = bound;
                return _terms.Bindings is null ? null : SaslReply.Fail(SaslConditions.NotAuthorized, "It says that channel binding was not offered, but it was: somebody on the way changes what is said. Look at the network.");
            case ['p', '=', .. var type] when _terms.MustBind:
                if (_terms.Bindings?.Find(type) is not { } data)
                    return SaslReply.Fail(SaslConditions.NotAuthorized, $"It wants a channel binding ({Show(type)}) that was not offered.");
                _bound = [.. bound, .. data];
                return null;
            default:
                return SaslReply.Fail(SaslConditions.MalformedRequest, "Its channel-binding flag does not fit the mechanism.");
        }
    }

    private SaslReply Finish(string text)
    {
        var proofAt = text.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0) return SaslReply.Fail(SaslConditions.MalformedRequest);

        var withoutProof = text[..proofAt];
        if (withoutProof.Split(',') is not [var c, var r, ..] || ScramText.Bytes(ScramText.Value(c, 'c')) is not { } bound || r != "r=" + _nonce)
            return SaslReply.Fail(SaslConditions.MalformedRequest);
        if (ScramText.Bytes(text[(proofAt + 3)..]) is not { } proof || proof.Length != _mechanism.HashBytes) return SaslReply.Fail(SaslConditions.MalformedRequest);
        if (!CryptographicOperations.FixedTimeEquals(bound, _bound))
            return !_terms.MustBind ? SaslReply.Fail(SaslConditions.MalformedRequest) : SaslReply.Fail(SaslConditions.NotAuthorized, "It is bound to another connection than this: somebody is between it and us, or a proxy ends its TLS. Look at the network.");

        var authMessage = $"{_clientFirst},{_serverFirst},{withoutProof}";
        var clientKey = ScramMechanism.Xor(proof, _mechanism.Sign(_keys.StoredKey, authMessage));
        var isRight = CryptographicOperations.FixedTimeEquals(_mechanism.StoredKey(clientKey), _keys.StoredKey);
        if (!isRight || _account is null) return SaslReply.Fail(SaslConditions.NotAuthorized, "Its name or password is wrong.");
        if (_account.IsDisabled) return SaslReply.Fail(SaslConditions.AccountDisabled, "Its account is disabled: enable it with 'account enable', or in the portal.");

        return SaslReply.Success("v=" + Convert.ToBase64String(_mechanism.Sign(_keys.ServerKey, authMessage)), _account);
    }

    private static string Show(string type) => new([.. type.Take(32).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '?')]);
}
