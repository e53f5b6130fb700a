using Edge.Things;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.PresenceExchange;

/// <summary>Who sees an account otherwise than its roster says: those who are sent presence directly (RFC 6121 §4.6), and those who are not to see it
/// for a while (XEP-0191).</summary>
internal sealed class Visibility(
    RosterStore rosters, SessionTable sessions, PresenceDelivery delivery, Probes probes, IOptions<XmppOptions> options)
{
    /// <summary>Presence to one address: who got it is told when the client goes.</summary>
    /// <returns>An error for the client, or null.</returns>
    public async ValueTask<StanzaError?> SendDirectlyAsync(BoundResource sender, Stanza stanza, Jid to, CancellationToken cancel)
    {
        if (stanza.Type == "unavailable")
        {
            sender.Directed.Remove(to);
        }
        else
        {
            var most = options.Value.MaxDirectedPresence;
            if (!sender.Directed.TryAdd(to, most))
                return StanzaError.ResourceConstraint with { Text = $"Presence was sent to {most} addresses already (xmpp:maxDirectedPresence)." };
        }

        await delivery.ToAsync(to, OutgoingPresence.Of(sender, stanza), cancel).ConfigureAwait(false);
        return null;
    }

    /// <summary>Tells those who see the account, by its roster or because they were sent presence, that it is away; the filters stop presence to them already.</summary>
    public async ValueTask HideAsync(Jid account, Predicate<Jid> from, CancellationToken cancel)
    {
        var told = new HashSet<Jid>();
        foreach (var item in await ContactsAsync(account, from, cancel).ConfigureAwait(false))
        {
            if (!item.State.SeenByContact) continue;

            told.Add(item.Jid);
            foreach (var client in sessions.Of(account.Local).Where(r => r.IsAvailable))
                await delivery.TakeLeaveAsync(client.Jid, item.Jid, cancel).ConfigureAwait(false);
        }

        foreach (var client in sessions.Of(account.Local))
        {
            foreach (var to in client.Directed.Take(from))
            {
                if (!client.IsAvailable || !told.Contains(to.Bare)) await delivery.TakeLeaveAsync(client.Jid, to, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Tells contacts that may see the account of its clients, and those of theirs.</summary>
    public async ValueTask ShowAsync(Jid account, Predicate<Jid> to, CancellationToken cancel)
    {
        foreach (var item in await ContactsAsync(account, to, cancel).ConfigureAwait(false))
        {
            if (item.State.SeenByContact) await delivery.ShowAsync(account, item.Jid, cancel).ConfigureAwait(false);
            if (!item.State.SeesContact) continue;

            foreach (var client in sessions.Of(account.Local).Where(r => r.IsAvailable))
                await probes.SendAsync(client.Jid, item.Jid, cancel).ConfigureAwait(false);
        }
    }

    private async ValueTask<List<RosterItem>> ContactsAsync(Jid account, Predicate<Jid> which, CancellationToken cancel) =>
        [.. (await rosters.FindAsync(account.Local, cancel).ConfigureAwait(false)).Items.Where(i => which(i.Jid))];
}
