using System.Xml.Linq;

using Edge.Transport.Tls;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions.Negotiation;

/// <summary>RFC 6120 §5: required, except where the listener allows plain connections from this machine.</summary>
[Xep(0, "RFC 7590", Note = "TLS 1.2 and 1.3")]
internal sealed class StartTlsStep(LocalCertificates certificates) : INegotiationStep
{
    public int Order => 10;

    public IEnumerable<XElement> Offer(NegotiationState state)
    {
        if (!IsTime(state)) yield break;
        yield return new XElement(XmppNames.Tls + "starttls", state.MayBePlain ? null : new XElement(XmppNames.Tls + "required"));
    }

    public bool Takes(NegotiationState state, Stanza element) =>
        IsTime(state) && element.Is(XmppNames.Tls + "starttls");

    public async ValueTask<StepOutcome> RunAsync(NegotiationState state, Stanza element, CancellationToken cancel)
    {
        var handshake = certificates.ServerOptions();
        state.Policy.ClientCertificates?.Apply(handshake, state.Remote);
        await state.Stream.UpgradeAsync(handshake, cancel).ConfigureAwait(false);
        return StepOutcome.Restart;
    }

    private static bool IsTime(NegotiationState state) => state.Stream.CanUpgrade && state.Account is null;
}
