using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.External;

/// <summary>Gives what comes from the other server to the modules' handlers, as the embedded server's router does. The sender's address is what the
/// other server says, whose part it is to check it.</summary>
internal sealed class StanzaIntake(HostDispatcher dispatcher, PendingRequests pending, OnlineClients online, ConcentratorContacts contacts, LinkSetting setting)
{
    /// <summary>What one link is working on, in order for each sender.</summary>
    internal sealed class Turns
    {
        public RequestChains Chains { get; } = new();
    }

    /// <summary>Takes one stanza; it returns at once.</summary>
    public void Take(ExternalLink link, Turns turns, XElement stanza, CancellationToken cancel)
    {
        if (!TryReadAddresses(link, stanza, out var from, out var to)) return;

        var type = stanza.Attribute("type")?.Value;
        switch (stanza.Name.LocalName)
        {
            case "iq" when type == "result" && RosterOf(link, stanza, from) is { } roster:
                TakeRoster(link, roster, isWhole: true);
                break;
            case "iq" when type is "result" or "error":
                pending.TryAnswer(stanza.Attribute("id")?.Value, from, to, stanza);
                break;
            case "iq":
                TakeRequest(link, turns, stanza, from, to, cancel);
                break;
            case "presence":
                TakePresence(link, turns, stanza, from, to, cancel);
                break;
            default:
                if (!Run(turns, from, () => TakeMessageAsync(link, stanza, from, to, cancel))) Refuse(link, stanza, from, to, TooMany);
                break;
        }
    }

    private StanzaError TooMany => StanzaError.ResourceConstraint with
    {
        Text = $"{setting.Options.MaxRequests} requests are being worked on (xmpp:external:maxRequests). Wait for one.",
    };

    // Some servers give a component what is for another one of ours, too (ejabberd's global_routes): the address tells whose it is.
    private HostHandlers? HostOf(ExternalLink link, Jid to) =>
        dispatcher.Hosts.Find(ExternalNames.Components.FirstOrDefault(c => to.Domain == $"{c}.{setting.Domain}") ?? link.Service);

    // On a client's stream the server leaves out what is clear: its own address as `from`, the client's as `to`.
    private static bool TryReadAddresses(ExternalLink link, XElement stanza, out Jid from, out Jid to)
    {
        from = to = link.Bare;
        return (stanza.Attribute("from")?.Value is not { } sender || Jid.TryParse(sender, out from!))
            && (stanza.Attribute("to")?.Value is not { } recipient || Jid.TryParse(recipient, out to!));
    }

    private void TakeRequest(ExternalLink link, Turns turns, XElement stanza, Jid from, Jid to, CancellationToken cancel)
    {
        var type = stanza.Attribute("type")?.Value switch { "get" => IqType.Get, "set" => IqType.Set, _ => IqType.None };
        var children = stanza.Elements().Take(2).ToArray();
        if (stanza.Attribute("id")?.Value is not { } id || type == IqType.None || children is not [{ } payload])
        {
            Refuse(link, stanza, from, to, StanzaError.BadRequest);
            return;
        }

        online.Seen(from);
        if (type == IqType.Set && RosterOf(link, stanza, from) is { } roster)
        {
            TakeRoster(link, roster, isWhole: false);
            link.TrySend(XElementOf("iq", id, to, from, "result", []));
            return;
        }

        var request = new Iq(id, type, from, to, payload);
        if (!Run(turns, from, () => AnswerAsync(link, request, cancel))) Refuse(link, stanza, from, to, TooMany);
    }

    // Only the account's own server speaks of its roster (RFC 6121 §2.1.6): without `from`, or from the bare address.
    private static XElement? RosterOf(ExternalLink link, XElement stanza, Jid from) =>
        link.Service == ExternalNames.Concentrator && from == link.Bare ? stanza.Element(ConcentratorContacts.Query) : null;

    private void TakeRoster(ExternalLink link, XElement roster, bool isWhole)
    {
        contacts.Take(roster, isWhole);
        if (isWhole) contacts.Review(link);
    }

    private void TakePresence(ExternalLink link, Turns turns, XElement stanza, Jid from, Jid to, CancellationToken cancel)
    {
        var type = stanza.Attribute("type")?.Value ?? "";
        if (type.Length == 0) online.Seen(from);
        else if (type is "unavailable" or "error") online.Gone(from);

        if (link.Service == ExternalNames.Concentrator)
        {
            if (contacts.Answer(type, from) is { } answer) link.TrySend(XElementOf("presence", null, null, from.Bare, answer, []));
        }
        else if (type != "error" && HostOf(link, to) is { } host)
        {
            Run(turns, from, () => dispatcher.TakePresenceAsync(host, new(type, from, to, stanza), cancel).AsTask());
        }
    }

    private async Task AnswerAsync(ExternalLink link, Iq request, CancellationToken cancel)
    {
        var result = HostOf(link, request.To) is { } host
            ? await dispatcher.AnswerAsync(host, request, cancel).ConfigureAwait(false)
            : StanzaError.ServiceUnavailable;
        link.TrySend(XElementOf("iq", request.Id, request.To, request.From, result.IsSuccess ? "result" : "error", [result.Payload, ErrorOf(result.Error)]));
        result.Answered?.Invoke();
    }

    private async Task TakeMessageAsync(ExternalLink link, XElement stanza, Jid from, Jid to, CancellationToken cancel)
    {
        if (HostOf(link, to) is { } host && await dispatcher.TakeMessageAsync(host, from, to, stanza, cancel).ConfigureAwait(false)) return;

        // Who writes to a service for a chat is told that nobody reads it; what is no chat is left alone (RFC 6121 §8.5.2.1).
        if (stanza.Attribute("type")?.Value is null or "normal" or "chat") Refuse(link, stanza, from, to, StanzaError.ServiceUnavailable);
    }

    private bool Run(Turns turns, Jid from, Func<Task> work) => turns.Chains.TryRun(from.ToString(), setting.Options.MaxRequests, work);

    private static void Refuse(ExternalLink link, XElement stanza, Jid from, Jid to, StanzaError error)
    {
        if (stanza.Attribute("type")?.Value is "error" or "result") return;
        link.TrySend(XElementOf(stanza.Name.LocalName, stanza.Attribute("id")?.Value, to, from, "error", [ErrorOf(error)]));
    }

    private static XElement? ErrorOf(StanzaError? error) => error is null ? null : Replies.ToElement(error);

    private static XElement XElementOf(string name, string? id, Jid? from, Jid to, string type, object?[] content) => new(
        XmppNames.Client + name,
        new XAttribute("type", type),
        id is null ? null : new XAttribute("id", id),
        from is null ? null : new XAttribute("from", from.ToString()),
        new XAttribute("to", to.ToString()),
        content);
}
