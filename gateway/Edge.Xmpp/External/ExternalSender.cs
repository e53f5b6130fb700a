using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.External;

/// <summary>The modules' way out where the server is somebody else's: over the link of the service that sends.</summary>
internal sealed class ExternalSender(LinkTable links, OnlineClients online, PendingRequests pending, LinkSetting setting) : IStanzaSender
{
    public string Domain => setting.Domain;

    public ValueTask SendAsync(Jid from, Jid to, XElement stanza, CancellationToken cancel = default)
    {
        if (links.Of(from) is not { } link) return ValueTask.CompletedTask;

        var copy = StanzaNames.Outgoing(stanza);
        copy.SetAttributeValue("from", Stamp(link, from));
        copy.SetAttributeValue("to", to.ToString());
        link.TrySend(copy);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<IqResult> RequestAsync(
        Jid from, Jid to, IqType type, XElement payload, TimeSpan timeout, CancellationToken cancel = default)
    {
        // At a bare address the server answers for the account, and a device does not.
        if (to.IsBare || links.Of(from) is not { } link) return StanzaError.ServiceUnavailable;

        var (id, answer) = pending.Begin(from, to);
        try
        {
            var iq = new XElement(XmppNames.Client + "iq",
                new XAttribute("type", type == IqType.Set ? "set" : "get"), new XAttribute("id", id), new XAttribute("to", to.ToString()), payload);
            iq.SetAttributeValue("from", Stamp(link, from));
            if (!link.TrySend(iq)) return StanzaError.ServiceUnavailable;

            var result = await answer.WaitAsync(timeout, setting.Clock, cancel).ConfigureAwait(false);
            if (result.Error is { Condition: "service-unavailable" or "recipient-unavailable" }) online.Gone(to);
            return result;
        }
        catch (TimeoutException)
        {
            return StanzaError.RemoteServerTimeout;
        }
        finally
        {
            pending.Forget(id);
        }
    }

    /// <summary>Who was heard of. Of whom nothing is known, the account itself: a message to it waits there until he is back.</summary>
    public IReadOnlyList<Jid> OnlineResources(Jid bare) => online.Of(bare) is { Count: > 0 } known ? known : [bare.Bare];

    // A client's server writes its address itself.
    private static string? Stamp(ExternalLink link, Jid from) => link.Service == ExternalNames.Concentrator ? null : from.ToString();
}

/// <summary>The links by what they send from.</summary>
internal sealed class LinkTable(LinkSetting setting, LinkSpells spells)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<ExternalLink> All { get; } =
    [
        .. ExternalNames.Components.Select(c => new ExternalLink(new ComponentConnector(setting, c), setting, spells)),
        new(new AccountConnector(setting), setting, spells),
    ];

    /// <summary>The link of a service's address; null where it is none of ours.</summary>
    public ExternalLink? Of(Jid address) => All.FirstOrDefault(l => l.Bare == address.Bare);
}
