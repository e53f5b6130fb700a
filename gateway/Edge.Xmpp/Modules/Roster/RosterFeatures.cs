using System.Xml.Linq;
using Edge.Xmpp.Sessions.Negotiation;

namespace Edge.Xmpp.Modules.Roster;

/// <summary>Says in the stream features that rosters have versions (RFC 6121 §2.6.1) and that subscriptions can be approved in advance (§3.4.1).</summary>
internal sealed class RosterFeatures : INegotiationStep
{
    public int Order => 60;

    public IEnumerable<XElement> Offer(NegotiationState state)
    {
        if (state.Account is null) yield break;

        yield return new(XName.Get("ver", "urn:xmpp:features:rosterver"));
        yield return new(XName.Get("sub", "urn:xmpp:features:pre-approval"));
    }
}
