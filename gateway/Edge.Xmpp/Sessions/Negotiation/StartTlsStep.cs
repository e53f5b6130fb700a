using System.Xml.Linq;

using Edge.Transport.Tls;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions.Negotiation;

/// <summary>RFC 6120 §5: required, except where the listener allows plain connections from this machine.</summary>
internal sealed class StartTlsStep(LocalCertificates certificates) : INegotiationStep
{
    public int Order => 10;

    public IEnumerable<XElement> Offer(NegotiationState state)
    {
        if (state.IsEncrypted || state.Account is not null) yield break;
        yield return new XElement(XmppNames.Tls + "starttls", state.MayBePlain ? null : new XElement(XmppNames.Tls + "required"));
    }

    public bool Takes(NegotiationState state, Stanza element) =>
        !state.IsEncrypted && state.Account is null && element.Is(XmppNames.Tls + "starttls");

    public async ValueTask<StepOutcome> RunAsync(NegotiationState state, Stanza element, CancellationToken cancel)
    {
        await state.Stream.WriteAsync(new XElement(XmppNames.Tls + "proceed"), cancel).ConfigureAwait(false);
        await state.Stream.UpgradeAsync(certificates.ServerOptions(), cancel).ConfigureAwait(false);
        return StepOutcome.Restart;
    }
}
