using Edge.Things;
using Edge.Xmpp.Routing;

namespace Edge.Xmpp.Modules.PresenceExchange;

/// <summary>Brings presence to where an address leads: an account's clients, or a service's handlers. Nobody there is no error.</summary>
internal sealed class PresenceDelivery(XmppDomain domain, SessionTable sessions, HostDispatcher dispatcher)
{
    /// <summary>True for a service of this server, which has no roster: it hears of everything.</summary>
    public bool IsService(Jid jid) => jid.Local.Length == 0 && domain.ServiceOf(jid) is not null;

    /// <summary>True for the address of an account here.</summary>
    public bool IsAccount(Jid jid) => domain.IsAccount(jid);

    public async ValueTask ToAsync(Jid to, OutgoingPresence presence, CancellationToken cancel)
    {
        if (domain.IsAccount(to))
        {
            ToAccount(to, presence);
            return;
        }

        if (to.Local.Length == 0 && domain.ServiceOf(to) is { } name && dispatcher.Hosts.Find(name) is { } host)
            await dispatcher.TakePresenceAsync(host, new(presence.Type, presence.From, to, presence.ElementFor(to)), cancel).ConfigureAwait(false);
    }

    /// <summary>To every available client of an account, or to the one that is named.</summary>
    public void ToAccount(Jid to, OutgoingPresence presence)
    {
        if (!to.IsBare)
        {
            sessions.Find(to)?.TryDeliver(presence.BytesFor(to));
            return;
        }

        ReadOnlyMemory<byte>? bytes = null;
        foreach (var resource in sessions.Of(to.Local))
        {
            if (resource.IsAvailable) resource.TryDeliver(bytes ??= presence.BytesFor(to));
        }
    }

    /// <summary>Tells <paramref name="watcher"/> of each client of <paramref name="account"/> that is available.</summary>
    public async ValueTask ShowAsync(Jid account, Jid watcher, CancellationToken cancel)
    {
        foreach (var resource in sessions.Of(account.Local))
        {
            if (resource.Presence is { } presence) await ToAsync(watcher, OutgoingPresence.Of(resource, presence), cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Tells <paramref name="watcher"/> that he sees the clients of <paramref name="account"/> no more.</summary>
    public async ValueTask HideAsync(Jid account, Jid watcher, CancellationToken cancel)
    {
        foreach (var resource in sessions.Of(account.Local))
        {
            if (resource.IsAvailable) await ToAsync(watcher, OutgoingPresence.Of(resource.Jid, "unavailable"), cancel).ConfigureAwait(false);
        }
    }
}
