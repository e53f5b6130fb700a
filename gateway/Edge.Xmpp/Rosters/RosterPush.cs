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
    public void Push(Jid account, ContactList roster, RosterItem? before, RosterItem? after)
    {
        if (RosterItem.LookTheSame(before, after)) return;
        Send(account, roster, after is { IsListed: true } ? after.ToElement() : RosterItem.RemovedElement(before!.Jid));
    }

    /// <summary>Pushes an item in any case. Called under the roster's lock, so that clients see changes in their order.</summary>
    public void Send(Jid account, ContactList roster, XElement item)
    {
        foreach (var resource in sessions.Of(account.Local).Where(r => r.WantsRoster))
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"push-{Interlocked.Increment(ref _last)}");
            var query = new XElement(RosterItem.Namespace + "query", new XAttribute("ver", roster.Version.ToString()), item);
            resource.TryDeliver(Replies.IqRequest(id, account, resource.Jid, IqType.Set, query));
        }
    }
}
