using Edge.Things;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.PresenceExchange;

/// <summary>Brings presence to where an address leads: an account's clients, a service's handlers, or a component. Nobody there is no error.</summary>
internal sealed class PresenceDelivery(XmppDomain domain, SessionTable sessions, HostDispatcher dispatcher, StanzaGates gates)
{
    /// <summary>True for the address of an account here.</summary>
    public bool IsAccount(Jid jid) => domain.IsAccount(jid);

    /// <summary>True where no filter of either side stops it.</summary>
    public ValueTask<bool> MayPassAsync(Jid from, Jid to, string? type, CancellationToken cancel) =>
        gates.Filters.PassesPresenceAsync(from, to, type, cancel);

    public async ValueTask ToAsync(Jid to, OutgoingPresence presence, CancellationToken cancel)
    {
        if (await MayPassAsync(presence.From, to, presence.Type, cancel).ConfigureAwait(false)) await BringAsync(to, presence, cancel).ConfigureAwait(false);
    }

    /// <summary>The last that somebody hears of a client whose account wants nothing to go to him from now on: only his own side may stop it.</summary>
    public async ValueTask TakeLeaveAsync(Jid client, Jid to, CancellationToken cancel)
    {
        if (await gates.Filters.LetsPresenceInAsync(client, to, "unavailable", cancel).ConfigureAwait(false))
            await BringAsync(to, OutgoingPresence.Of(client, "unavailable"), cancel).ConfigureAwait(false);
    }

    private async ValueTask BringAsync(Jid to, OutgoingPresence presence, CancellationToken cancel)
    {
        if (domain.IsAccount(to)) ToAccount(to, presence);
        else if (to.Domain != domain.Name && gates.Outside.Find(to.Domain) is { } outside) outside.TryDeliver(to.Domain, presence.BytesFor(to));
        else if (to.Local.Length == 0 && domain.ServiceOf(to) is { } name && dispatcher.Hosts.Find(name) is { } host)
            await dispatcher.TakePresenceAsync(host, new(presence.Type, presence.From, to, presence.ElementFor(to)), cancel).ConfigureAwait(false);
    }

    /// <summary>To every available client of an account, or to the one that is named. No filter is asked.</summary>
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
        foreach (var resource in sessions.Of(account.Local)) await ShowAsync(resource, watcher, cancel).ConfigureAwait(false);
    }

    /// <summary>Tells <paramref name="watcher"/> of one client, if it is available. What the client says meanwhile may overtake this, so that it is told
    /// once more: the last that the watcher hears is true.</summary>
    public async ValueTask ShowAsync(BoundResource resource, Jid watcher, CancellationToken cancel)
    {
        Stanza? now;
        for (Stanza? told = null; (now = resource.Presence) != told; told = now)
        {
            var presence = now is null ? OutgoingPresence.Of(resource.Jid, "unavailable") : OutgoingPresence.Of(resource, now);
            await ToAsync(watcher, presence, cancel).ConfigureAwait(false);
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
