using System.Globalization;
using Edge.Things;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.PresenceExchange;

/// <summary>RFC 6121 §4: who is online is told to those who may know, once it changes; who comes online is told of the others.</summary>
internal sealed class Availability(
    RosterStore rosters, SessionTable sessions, PresenceDelivery delivery, Probes probes, AvailabilityObservers observers)
{
    /// <summary>Presence to everybody (§4.2, §4.4).</summary>
    /// <returns>An error for the client, or null.</returns>
    public async ValueTask<StanzaError?> AvailableAsync(BoundResource sender, Stanza stanza, CancellationToken cancel)
    {
        if (!TryReadPriority(stanza, out var priority)) return StanzaError.BadRequest with { Text = "The priority is a number from -128 to 127." };

        int? former = sender.IsAvailable ? sender.Priority : null;
        await observers.ComingAsync(sender, priority, cancel).ConfigureAwait(false);
        (sender.Priority, sender.Presence) = (priority, stanza);
        var roster = await rosters.FindAsync(sender.Bare.Local, cancel).ConfigureAwait(false);
        await BroadcastAsync(sender, roster, OutgoingPresence.Of(sender, stanza), cancel).ConfigureAwait(false);
        if (former is null) await GreetAsync(sender, roster, cancel).ConfigureAwait(false);
        await observers.AvailableAsync(sender, former, cancel).ConfigureAwait(false);
        return null;
    }

    /// <summary>The client sees and is seen no more (§4.5); the presence is its own, or one that says so for a client that vanished.</summary>
    public async ValueTask UnavailableAsync(BoundResource sender, OutgoingPresence presence, CancellationToken cancel)
    {
        var wasAvailable = sender.IsAvailable;
        (sender.Presence, sender.Priority) = (null, 0);
        var told = new HashSet<Jid>();
        if (wasAvailable)
        {
            var roster = await rosters.FindAsync(sender.Bare.Local, cancel).ConfigureAwait(false);
            told = await BroadcastAsync(sender, roster, presence, cancel).ConfigureAwait(false);
        }

        foreach (var to in sender.Directed.Take(_ => true).Where(to => !told.Contains(to.Bare)))
            await delivery.ToAsync(to, presence, cancel).ConfigureAwait(false);
        if (wasAvailable) await observers.UnavailableAsync(sender, cancel).ConfigureAwait(false);
    }

    private async ValueTask<HashSet<Jid>> BroadcastAsync(BoundResource sender, ContactList roster, OutgoingPresence presence, CancellationToken cancel)
    {
        var told = new HashSet<Jid> { sender.Bare };
        foreach (var item in roster.Items.Where(i => i.State.SeenByContact))
        {
            told.Add(item.Jid);
            await delivery.ToAsync(item.Jid, presence, cancel).ConfigureAwait(false);
        }

        delivery.ToAccount(sender.Bare, presence); // §4.2.2: the account's other clients, and the sender itself
        return told;
    }

    private async ValueTask GreetAsync(BoundResource sender, ContactList roster, CancellationToken cancel)
    {
        foreach (var other in sessions.Of(sender.Bare.Local))
        {
            if (other != sender) await delivery.ShowAsync(other, sender.Jid, cancel).ConfigureAwait(false);
        }

        foreach (var item in roster.Items)
        {
            if (item.State.SeesContact) await probes.SendAsync(sender.Jid, item.Jid, cancel).ConfigureAwait(false);
            // §3.1.3: a request is shown at each log-in until it is answered.
            if (item is { State.IsAsked: true, Request: { } request } && await delivery.MayPassAsync(item.Jid, sender.Bare, "subscribe", cancel).ConfigureAwait(false))
                sender.TryDeliver(System.Text.Encoding.UTF8.GetBytes(request));
        }
    }

    private static bool TryReadPriority(Stanza stanza, out int priority)
    {
        priority = 0;
        if (stanza.ChildCount == 0) return true;
        if (stanza.ToElement().Element(XmppNames.Client + "priority") is not { } element) return true;

        var isNumber = sbyte.TryParse(element.Value.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        priority = value;
        return isNumber;
    }
}
