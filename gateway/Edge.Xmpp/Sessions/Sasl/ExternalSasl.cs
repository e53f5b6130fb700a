using System.Security.Cryptography.X509Certificates;

using Edge.Identity.Accounts;
using Edge.Identity.Sasl;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>
/// EXTERNAL with a client certificate (XEP-0178 §2). The listener has checked that its CA signed it and that the client has its key (<c>clientAuthority</c>); here
/// its XMPP address, or what <c>xmpp:sasl:certificateAccount</c> names, becomes an account.
/// </summary>
[Xep(178, "1.2", Note = "Clients; servers do not connect to each other yet")]
internal sealed class ExternalSasl(IAccounts accounts, XmppDomain domain, IOptions<SaslOptions> options) : ISaslMechanism
{
    public string Name => "EXTERNAL";

    public int Order => 10;

    public bool CanOffer(NegotiationState state) => state.Tls?.ClientCertificate is { } certificate && NamesIn(certificate).Count > 0;

    public string WhenNotOffered(NegotiationState state) => state switch
    {
        { IsEncrypted: false } => SaslConditions.EncryptionRequired,
        { Tls.ClientCertificate: null } => SaslConditions.InvalidMechanism,
        _ => SaslConditions.NotAuthorized, // it shows a certificate that names nobody here
    };

    public ISaslExchange Begin(NegotiationState state) => new Exchange(NamesIn(state.Tls!.ClientCertificate!), accounts, domain, state);

    /// <summary>The accounts that a certificate names. Where it has XMPP addresses, only these count: its issuer has said who it is.</summary>
    private List<string> NamesIn(X509Certificate2 certificate)
    {
        var addresses = CertificateAddresses.Xmpp(certificate);
        var named = addresses.Count > 0 ? addresses.Where(a => a.Contains('@', StringComparison.Ordinal)) : options.Value.CertificateAccount switch
        {
            CertificateAccount.CommonName => CertificateAddresses.CommonNames(certificate),
            CertificateAccount.Email => CertificateAddresses.Mails(certificate).Where(m => m.Contains('@', StringComparison.Ordinal)),
            _ => [],
        };
        return [.. named.Select(n => SaslAuthzid.NameOf(domain, n)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private sealed class Exchange(List<string> names, IAccounts accounts, XmppDomain domain, NegotiationState state) : ISaslExchange
    {
        public string? ClaimedName => null;

        public async ValueTask<SaslReply> NextAsync(string text, CancellationToken cancel)
        {
            var named = text.Length == 0 ? names : names.FindAll(n => SaslAuthzid.IsOwn(domain, n, text));
            if (named.Count == 0) return SaslReply.Fail(SaslConditions.InvalidAuthzid, "Its certificate names other accounts.");

            List<Account> found = [];
            foreach (var name in named)
                if (await accounts.FindAsync(name, cancel).ConfigureAwait(false) is { } account) found.Add(account);

            // XEP-0178 §2, step 11: where several of the addresses have accounts, the client must say which it means.
            return found switch
            {
                [] => SaslReply.Fail(SaslConditions.NotAuthorized, $"Its certificate names {named[0]}, which has no account here: make one with 'account add'."),
                [{ IsDisabled: true }] => SaslReply.Fail(SaslConditions.AccountDisabled, "Its account is disabled: enable it with 'account enable', or in the portal."),
                [var one] => Succeed(one),
                _ => SaslReply.Fail(SaslConditions.InvalidAuthzid, "Its certificate names several accounts, and it does not say which it means."),
            };
        }

        private SaslReply Succeed(Account account)
        {
            state.Credential = new(state.Tls!.ClientCertificate!.NotAfter.ToUniversalTime());
            return SaslReply.Success(null, account);
        }
    }
}
