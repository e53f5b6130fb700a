using System.Collections.Concurrent;
using System.Xml.Linq;

using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Registry;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.External;

/// <summary>Who may see the concentrator's account online: whoever owns something behind it, and the gateway's own services. Nobody needs it to ask for
/// readings, which are decided on for each request. The other server's roster tells who sees it, whatever has changed while nobody was connected.</summary>
internal sealed partial class ConcentratorContacts(
    IConcentrator concentrator, IThingRegistry registry, LinkSetting setting, ILogger<ConcentratorContacts> logger)
{
    public static readonly XName Query = RosterItem.Namespace + "query";

    private readonly ConcurrentDictionary<Jid, bool> _watchers = new();

    /// <summary>The answer to a presence of a type; null where there is none.</summary>
    public string? Answer(string type, Jid from)
    {
        if (type == "unsubscribe") return "unsubscribed";
        if (type != "subscribe") return null;
        if (IsTrusted(from.Bare))
        {
            _watchers[from.Bare] = true; // the server's word of it may come after he has given his thing up
            return "subscribed";
        }

        LogRefused(from.Bare);
        return "unsubscribed";
    }

    /// <summary>Takes the roster, or a change of it.</summary>
    public void Take(XElement query, bool isWhole)
    {
        if (isWhole) _watchers.Clear();
        foreach (var item in query.Elements(RosterItem.Namespace + "item"))
        {
            if (!Jid.TryParse((string?)item.Attribute("jid"), out var contact)) continue;

            if ((string?)item.Attribute("subscription") is "from" or "both") _watchers[contact.Bare] = true;
            else _watchers.TryRemove(contact.Bare, out _);
        }
    }

    /// <summary>Takes the sight of the concentrator from those who may not have it any more. Who is told stays on the roster until the server has changed it: where
    /// there is no connection now, he is told at the next.</summary>
    public void Review(ExternalLink link)
    {
        foreach (var (contact, _) in _watchers)
        {
            if (IsTrusted(contact)) continue;

            LogOwnsNothing(contact);
            link.TrySend(new(XmppNames.Client + "presence", new XAttribute("to", contact.ToString()), new XAttribute("type", "unsubscribed")));
        }
    }

    // By the registry, not by the nodes of now: after a start they come one by one.
    private bool IsTrusted(Jid contact) =>
        contact == setting.Things.RegistryAddress || contact == setting.Things.ProvisioningAddress
        || registry.OwnedBy(contact).Any(t => t.Id.Jid == concentrator.Address);

    [LoggerMessage(EventId = 3653, Level = LogLevel.Information, Message = "{Contact} wanted to see the concentrator's presence, and owns nothing behind it: refused")]
    private partial void LogRefused(Jid contact);

    [LoggerMessage(EventId = 3656, Level = LogLevel.Information, Message = "{Contact} owns nothing behind the concentrator, and sees its presence no more")]
    private partial void LogOwnsNothing(Jid contact);
}
