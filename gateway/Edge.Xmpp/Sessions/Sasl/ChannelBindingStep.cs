using System.Xml.Linq;

using Edge.Xmpp.Modules;
using Edge.Xmpp.Sessions.Negotiation;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>XEP-0440: tells which types of channel binding the -PLUS mechanisms can use on this connection. An announcement; nothing is taken up.</summary>
[Xep(440, "1.0.0")]
internal sealed class ChannelBindingStep : INegotiationStep
{
    private static readonly XNamespace Binding = "urn:xmpp:sasl-cb:0";

    public int Order => 19;

    public IEnumerable<XElement> Offer(NegotiationState state)
    {
        if (state.Account is not null || ChannelBindings.Of(state) is not { } bindings) yield break;

        yield return new XElement(
            Binding + "sasl-channel-binding", bindings.Types.Select(t => new XElement(Binding + "channel-binding", new XAttribute("type", t))));
    }
}
