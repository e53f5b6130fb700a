using Edge.Identity.Accounts;
using Edge.Identity.Sasl;
using Edge.Identity.Tokens;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>
/// OAUTHBEARER (RFC 7628) with this gateway's own access tokens. A token says what it is good for: only one with the scope <c>rw $xmpp</c> signs in, so that a
/// token that a device got for a few topics never opens its owner's account.
/// </summary>
[Xep(0, "RFC 7628", Note = "OAUTHBEARER, with tokens of this gateway")]
internal sealed class OAuthBearerSasl(IBearerTokens tokens, IAccounts accounts, XmppDomain domain, IOptions<SaslOptions> options) : ISaslMechanism
{
    /// <summary>The topic of the scope that lets a token sign in.</summary>
    public const string Scope = "$xmpp";

    public string Name => "OAUTHBEARER";

    public int Order => 80;

    public bool CanOffer(NegotiationState state) => options.Value.Tokens && state.IsEncrypted;

    public string WhenNotOffered(NegotiationState state) => options.Value.Tokens ? SaslConditions.EncryptionRequired : SaslConditions.MechanismTooWeak;

    public ISaslExchange Begin(NegotiationState state) => new Exchange(tokens, accounts, domain, state);

    /// <summary>Does a token let its subject sign in?</summary>
    public static bool MaySignIn(TokenClaims claims) => claims.Scopes.Any(s => s is { Filter: Scope, Access: TopicAccess.ReadWrite });

    private sealed class Exchange(IBearerTokens tokens, IAccounts accounts, XmppDomain domain, NegotiationState state) : ISaslExchange
    {
        private const string Unauthorized = """{"status":"invalid_token","scope":"$xmpp"}""";
        private const string Insufficient = """{"status":"insufficient_scope","scope":"$xmpp"}""";

        private SaslReply? _failure;

        public string? ClaimedName => null;

        public async ValueTask<SaslReply> NextAsync(string text, CancellationToken cancel)
        {
            // RFC 7628 §3.2.3: after the error the client says one more word, which means nothing, and gets its failure.
            if (_failure is { } failure) return failure;

            if (BearerMessage.Parse(text) is not { } message) return SaslReply.Fail(SaslConditions.MalformedRequest, "Its words are not those of RFC 7628.");

            var judged = await tokens.ValidateAsync(message.Token, cancel: cancel).ConfigureAwait(false);
            if (judged.Error == TokenError.Unavailable) return SaslReply.Fail(SaslConditions.TemporaryAuthFailure, judged.Detail ?? "Nobody can tell now whether its token is good.");
            if (judged.Claims is not { IsForeign: false } claims)
                return Later(Unauthorized, judged.Error == TokenError.Expired ? SaslConditions.CredentialsExpired : SaslConditions.NotAuthorized, Explain(judged.Error));
            if (!MaySignIn(claims))
                return Later(Insufficient, SaslConditions.NotAuthorized, "Its token may not sign in by XMPP: issue one with --scope \"rw $xmpp\".");

            if (SaslAuthzid.NameOf(domain, claims.Subject) is not { } name || await accounts.FindAsync(name, cancel).ConfigureAwait(false) is not { } account)
                return Later(Unauthorized, SaslConditions.NotAuthorized, $"{claims.Subject}, whose token it shows, has no account here.");
            if (!SaslAuthzid.IsOwn(domain, name, message.Authzid)) return SaslReply.Fail(SaslConditions.InvalidAuthzid);
            if (account.IsDisabled) return SaslReply.Fail(SaslConditions.AccountDisabled, "Its account is disabled: enable it with 'account enable', or in the portal.");

            state.Credential = new(claims.ExpiresAt, claims);
            return SaslReply.Success(null, account);
        }

        private SaslReply Later(string error, string condition, string detail)
        {
            _failure = SaslReply.Fail(condition, detail);
            return SaslReply.Challenge(error);
        }

        private static string Explain(TokenError error) => error switch
        {
            TokenError.Expired => "Its token has run out: refresh it.",
            TokenError.NotYetValid => "Its token is not valid yet: compare the clocks.",
            TokenError.Revoked => "Its token was taken back: ask the owner, then fetch a new one.",
            _ => "What it shows is no token of this gateway: make one with 'token issue'.",
        };
    }
}
