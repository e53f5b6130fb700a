using System.Net;

using Edge.Identity.Accounts;
using Edge.Identity.Sasl;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>PLAIN (RFC 4616): the password itself, inside TLS, and only where the configuration wants it. Guesses and work are limited by <see cref="IPasswords"/>,
/// together with those of the other protocols.</summary>
internal sealed class PlainSasl(IPasswords passwords, XmppDomain domain, IOptions<SaslOptions> options) : ISaslMechanism
{
    public string Name => "PLAIN";

    public int Order => 90;

    public bool CanOffer(NegotiationState state) => options.Value.Plain && state.IsEncrypted;

    // RFC 6120 §6.5.4, §6.5.8: spoken, but not like this.
    public string WhenNotOffered(NegotiationState state) => options.Value.Plain ? SaslConditions.EncryptionRequired : SaslConditions.MechanismTooWeak;

    public ISaslExchange Begin(NegotiationState state) => new Exchange(passwords, domain, (state.Remote as IPEndPoint)?.Address);

    private sealed class Exchange(IPasswords passwords, XmppDomain domain, IPAddress? from) : ISaslExchange, ICountsItself
    {
        public string? ClaimedName => null;

        public async ValueTask<SaslReply> NextAsync(string text, CancellationToken cancel)
        {
            if (text.Split('\0') is not [var authzid, { Length: > 0 } name, { Length: > 0 } password]) return SaslReply.Fail(SaslConditions.MalformedRequest);
            if (!SaslAuthzid.IsOwn(domain, name, authzid)) return SaslReply.Fail(SaslConditions.InvalidAuthzid);

            var result = await passwords.CheckAsync(name, password, from, cancel).ConfigureAwait(false);
            return result switch
            {
                { Account: { } account } => SaslReply.Success(null, account),
                { Error: PasswordError.Wrong } => SaslReply.Fail(SaslConditions.NotAuthorized, result.Detail),
                _ => SaslReply.Fail(SaslConditions.TemporaryAuthFailure, result.Detail),
            };
        }
    }
}
