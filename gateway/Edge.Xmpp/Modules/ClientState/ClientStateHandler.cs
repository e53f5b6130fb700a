using System.Xml.Linq;

using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.ClientState;

/// <summary>XEP-0352 §4: offers the feature, and hears whether somebody looks at the client.</summary>
internal sealed class ClientStateHandler(IOptions<ClientStateOptions> options) : IStreamElementHandler, INegotiationStep
{
    private const string Namespace = "urn:xmpp:csi:0";

    private static readonly XName Feature = XName.Get("csi", Namespace);

    public int Order => 50;

    public IEnumerable<XElement> Offer(NegotiationState state)
    {
        if (state.Account is not null) yield return new XElement(Feature);
    }

    public bool Takes(Stanza element) => element.Namespace == Namespace && element.Name is "active" or "inactive";

    public ValueTask RunAsync(BoundResource bound, Stanza element, CancellationToken cancel)
    {
        var isActive = element.Name == "active";
        var stage = bound.Get<ClientStateStage>();
        if (stage is null)
        {
            if (isActive) return ValueTask.CompletedTask;
            bound.Set(stage = new(options.Value));
            bound.Insert(stage);
        }

        string? overflow = null;
        bound.Between(() => overflow = stage.Set(isActive));
        if (overflow is not null) bound.End(EndReason.SlowConsumer, StreamErrors.PolicyViolation, overflow);
        return ValueTask.CompletedTask;
    }
}
