using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>Presence and subscriptions (RFC 6121 §3, §4) as the router sees them.</summary>
internal interface IPresenceBroker
{
    /// <summary>A client sent presence.</summary>
    ValueTask FromClientAsync(BoundResource sender, Stanza stanza, Jid? to, CancellationToken cancel);

    /// <summary>A service sends presence to somebody here.</summary>
    ValueTask FromServiceAsync(Jid from, Jid to, XElement stanza, CancellationToken cancel);

    /// <summary>A contact was taken off a roster: its subscriptions end in both directions (RFC 6121 §2.5.2).</summary>
    ValueTask ContactRemovedAsync(Jid account, RosterItem removed, CancellationToken cancel);

    /// <summary>A session ended: whoever saw it is told.</summary>
    ValueTask GoneAsync(BoundResource resource, CancellationToken cancel);
}
