using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>The modules' way out (<see cref="IStanzaSender"/>).</summary>
internal sealed class StanzaSender(
    XmppDomain domain, SessionTable sessions, LocalDelivery local, PendingRequests pending, TimeProvider clock) : IStanzaSender
{
    public string Domain => domain.Name;

    public ValueTask SendAsync(Jid from, Jid to, XElement stanza, CancellationToken cancel = default)
    {
        var copy = InClientNamespace(stanza);
        copy.SetAttributeValue("from", from.ToString());
        copy.SetAttributeValue("to", to.ToString());
        return local.DeliverAsync(from, to, copy, cancel);
    }

    // A module may write `new XElement("message")`: what has no namespace is the stream's own.
    private static XElement InClientNamespace(XElement stanza)
    {
        var copy = new XElement(stanza);
        foreach (var element in copy.DescendantsAndSelf().Where(e => e.Name.NamespaceName.Length == 0)) element.Name = XmppNames.Client + element.Name.LocalName;
        copy.Attributes("xmlns").Remove();
        return copy;
    }

    public async ValueTask<IqResult> RequestAsync(
        Jid from, Jid to, IqType type, XElement payload, TimeSpan timeout, CancellationToken cancel = default)
    {
        if (to.IsBare || !domain.IsAccount(to) || sessions.Find(to) is not { } resource) return StanzaError.ServiceUnavailable;

        var (id, answer) = pending.Begin(from, to);
        try
        {
            if (!resource.TryDeliver(Replies.IqRequest(id, from, to, type, payload))) return StanzaError.ServiceUnavailable;
            // It may have gone between the look-up and the registration of the request.
            if (sessions.Find(to) != resource) return StanzaError.ServiceUnavailable;
            return await answer.WaitAsync(timeout, clock, cancel).ConfigureAwait(false);
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

    public IReadOnlyList<Jid> OnlineResources(Jid bare) =>
        domain.IsAccount(bare)
            ? [.. sessions.Of(bare.Local).Where(r => r.IsAvailable).OrderByDescending(r => r.Priority).Select(r => r.Jid)]
            : [];
}

/// <summary>Delivers stanzas that come from within: to accounts here, and from one service to another.</summary>
internal sealed class LocalDelivery(XmppDomain domain, MessageRouter messages, HostDispatcher dispatcher, IPresenceBroker presence)
{
    public async ValueTask DeliverAsync(Jid from, Jid to, XElement stanza, CancellationToken cancel)
    {
        var isPresence = stanza.Name.LocalName == "presence";
        if (domain.IsAccount(to))
        {
            if (isPresence) await presence.FromServiceAsync(from, to, stanza, cancel).ConfigureAwait(false);
            else messages.TryDeliver(to, (string?)stanza.Attribute("type"), () => XmlText.ToBytes(stanza));
            return;
        }

        if (to.Local.Length > 0 || domain.ServiceOf(to) is not { } name || dispatcher.Hosts.Find(name) is not { } host) return;

        if (isPresence)
            await dispatcher.TakePresenceAsync(host, new((string?)stanza.Attribute("type") ?? "", from, to, stanza), cancel).ConfigureAwait(false);
        else
            await dispatcher.TakeMessageAsync(host, from, to, stanza, cancel).ConfigureAwait(false);
    }
}
