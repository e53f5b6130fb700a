using System.Text;

using Edge.Identity.Accounts;
using Edge.Things;
using Edge.Xmpp.Rosters;

namespace Edge.Xmpp.Modules.PresenceExchange;

/// <summary>RFC 6121 §3: who may see whose presence. Each side's roster follows <see cref="SubscriptionState"/>; what follows from a change
/// is done here.</summary>
internal sealed class Subscriptions(RosterStore rosters, RosterPush push, PresenceDelivery delivery, IAccounts accounts)
{
    private const int MaxStoredRequest = 4096; // a request with a greeting; longer ones are remembered without their content

    public static bool Is(string? type) => type is "subscribe" or "subscribed" or "unsubscribe" or "unsubscribed";

    /// <summary>An account's own client changes a subscription (appendix A.2).</summary>
    /// <returns>An error for the client, or null.</returns>
    public async ValueTask<StanzaError?> OutboundAsync(OutgoingPresence presence, Jid contact, CancellationToken cancel)
    {
        var account = presence.From.Bare;
        if (contact == account) return StanzaError.NotAllowed;

        var (isFull, route) = (false, false);
        var before = default(SubscriptionState);
        await ChangeAsync(account, contact, (roster, item) =>
        {
            before = item.State;
            (var next, route) = item.State.Outbound(presence.Type);
            if (roster.Find(contact) is null && next != default && rosters.IsFull(roster))
            {
                isFull = true;
                return null;
            }

            // §3.1.2: who asks, or grants, has the contact on the roster from then on.
            var isListed = item.IsListed || presence.Type == "subscribe" || next.SeenByContact || next.IsApproved;
            return item with { State = next, IsListed = isListed, Request = next.IsAsked ? item.Request : null };
        }, cancel).ConfigureAwait(false);

        if (isFull) return StanzaError.ResourceConstraint with { Text = "The roster is full (xmpp:roster:maxItems)." };
        if (!route) return null;

        await SendAsync(presence, contact, cancel).ConfigureAwait(false);
        if (presence.Type == "subscribed") await delivery.ShowAsync(account, contact, cancel).ConfigureAwait(false);
        else if (presence.Type == "unsubscribed" && before.SeenByContact) await delivery.HideAsync(account, contact, cancel).ConfigureAwait(false);
        return null;
    }

    /// <summary>A contact, a person or a service, changes a subscription to an account here (appendix A.3).</summary>
    public async ValueTask InboundAsync(OutgoingPresence presence, Jid account, CancellationToken cancel)
    {
        if (await accounts.FindAsync(account.Local, cancel).ConfigureAwait(false) is not { IsLeaving: false }) return; // §8.5.1: ignored

        var contact = presence.From.Bare;
        var (deliver, isGranted) = (false, false);
        var before = default(SubscriptionState);
        await ChangeAsync(account, contact, (roster, item) =>
        {
            before = item.State;
            (var next, deliver) = item.State.Inbound(presence.Type);
            if (roster.Find(contact) is null && rosters.IsFull(roster))
            {
                deliver = false;
                return null;
            }

            isGranted = presence.Type == "subscribe" && next.SeenByContact;
            return item with { State = next, Request = next.IsAsked ? item.Request ?? Remember(presence, account) : null };
        }, cancel).ConfigureAwait(false);

        if (deliver) delivery.ToAccount(account, presence);
        if (isGranted) await GrantAsync(account, contact, cancel).ConfigureAwait(false);
        else if (presence.Type == "unsubscribe" && before.SeenByContact)
            await delivery.HideAsync(account, contact, cancel).ConfigureAwait(false);
    }

    /// <summary>§3.1.3, §3.4: granted before, or in advance; the account need not be asked again.</summary>
    private async ValueTask GrantAsync(Jid account, Jid contact, CancellationToken cancel)
    {
        await SendAsync(OutgoingPresence.Of(account, "subscribed"), contact, cancel).ConfigureAwait(false);
        await delivery.ShowAsync(account, contact, cancel).ConfigureAwait(false);
    }

    /// <summary>Tells somebody that he does not see the account.</summary>
    public ValueTask RevokedAsync(Jid account, Jid contact, CancellationToken cancel) =>
        SendAsync(OutgoingPresence.Of(account, "unsubscribed"), contact, cancel);

    /// <summary>A contact was taken off the roster (§2.5.2).</summary>
    public async ValueTask EndAsync(Jid account, RosterItem removed, CancellationToken cancel)
    {
        if (removed.State.SeesContact || removed.State.IsAsking)
            await SendAsync(OutgoingPresence.Of(account, "unsubscribe"), removed.Jid, cancel).ConfigureAwait(false);
        if (removed.State.SeenByContact || removed.State.IsAsked)
            await SendAsync(OutgoingPresence.Of(account, "unsubscribed"), removed.Jid, cancel).ConfigureAwait(false);
        if (removed.State.SeenByContact) await delivery.HideAsync(account, removed.Jid, cancel).ConfigureAwait(false);
    }

    private async ValueTask SendAsync(OutgoingPresence presence, Jid contact, CancellationToken cancel)
    {
        if (!await delivery.MayPassAsync(presence.From, contact, presence.Type, cancel).ConfigureAwait(false)) return;

        if (delivery.IsAccount(contact)) await InboundAsync(presence, contact, cancel).ConfigureAwait(false);
        else await delivery.ToAsync(contact, presence, cancel).ConfigureAwait(false);
    }

    private async ValueTask ChangeAsync(Jid account, Jid contact, Func<ContactList, RosterItem, RosterItem?> change, CancellationToken cancel)
    {
        RosterItem? before = null, after = null;
        await rosters.ChangeAsync(account.Local, roster =>
        {
            before = roster.Find(contact);
            var item = before ?? new RosterItem(contact);
            after = change(roster, item);
            return after is null || after == item ? null : roster.With(after);
        }, roster => push.Push(account, roster, before, after), cancel).ConfigureAwait(false);
    }

    private static string Remember(OutgoingPresence presence, Jid account)
    {
        var bytes = presence.BytesFor(account);
        if (bytes.Length > MaxStoredRequest) bytes = OutgoingPresence.Of(presence.From, presence.Type).BytesFor(account);
        return Encoding.UTF8.GetString(bytes.Span);
    }
}
