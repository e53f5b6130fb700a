using System.Globalization;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;

namespace Edge.Xmpp.Rosters;

/// <summary>Tells an account's clients of changes to the roster (RFC 6121 §2.1.6).</summary>
internal sealed class RosterPush(SessionTable sessions)
{
    private long _last;

    /// <summary>Pushes what changed between two states of an item, to every resource that has asked for the roster.</summary>
    public void Push(Jid account, RosterItem? before, RosterItem? after)
    {
        var wasListed = before is { IsListed: true };
        if (after is { IsListed: true })
        {
            if (!wasListed || !Same(before!, after)) Send(account, after.ToElement());
        }
        else if (wasListed)
        {
            Send(account, RosterItem.RemovedElement(before!.Jid));
        }
    }

    /// <summary>Pushes an item in any case.</summary>
    public void Send(Jid account, XElement item)
    {
        foreach (var resource in sessions.Of(account.Local).Where(r => r.WantsRoster))
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"push-{Interlocked.Increment(ref _last)}");
            resource.TryDeliver(Replies.IqRequest(id, account, resource.Jid, IqType.Set, new XElement(RosterItem.Namespace + "query", item)));
        }
    }

    // IsAsked and Request are not shown (§3.1.3: no push for a request that only came in).
    private static bool Same(RosterItem a, RosterItem b) =>
        a.Name == b.Name && a.State with { IsAsked = false } == b.State with { IsAsked = false } && a.Groups.SequenceEqual(b.Groups);
}
