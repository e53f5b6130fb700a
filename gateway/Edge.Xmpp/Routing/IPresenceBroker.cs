using Edge.Things;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>Presence and subscriptions (RFC 6121 §3, §4) as the router sees them.</summary>
internal interface IPresenceBroker
{
    /// <summary>A client sent presence.</summary>
    ValueTask FromClientAsync(BoundResource sender, Stanza stanza, Jid? to, CancellationToken cancel);

    /// <summary>A service or a component sends presence.</summary>
    ValueTask FromOtherAsync(IStanzaSource sender, Stanza stanza, Jid to, CancellationToken cancel);

    /// <summary>A contact was taken off a roster: its subscriptions end in both directions (RFC 6121 §2.5.2).</summary>
    ValueTask ContactRemovedAsync(Jid account, RosterItem removed, CancellationToken cancel);

    /// <summary>Some of those who see an account are told that it is away: it blocks them (XEP-0191 §3.3).</summary>
    ValueTask HideAsync(Jid account, Predicate<Jid> from, CancellationToken cancel);

    /// <summary>Some of those who may see an account are told of its clients again, and it of theirs.</summary>
    ValueTask ShowAsync(Jid account, Predicate<Jid> to, CancellationToken cancel);

    /// <summary>A session ended: whoever saw it is told.</summary>
    ValueTask GoneAsync(BoundResource resource, CancellationToken cancel);
}
