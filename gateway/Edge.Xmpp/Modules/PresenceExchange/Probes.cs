using Edge.Things;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;

namespace Edge.Xmpp.Modules.PresenceExchange;

/// <summary>RFC 6121 §4.3: asks for the presence of contacts, and answers those who may know.</summary>
internal sealed class Probes(RosterStore rosters, SessionTable sessions, PresenceDelivery delivery, Subscriptions subscriptions)
{
    /// <summary>Asks on behalf of a client.</summary>
    public async ValueTask SendAsync(Jid client, Jid contact, CancellationToken cancel)
    {
        if (delivery.IsAccount(contact)) await AnswerAsync(contact.Bare, client, cancel).ConfigureAwait(false);
        else await delivery.ToAsync(contact, OutgoingPresence.Of(client, "probe"), cancel).ConfigureAwait(false);
    }

    /// <summary>Answers with what each client of the account last said (§4.3.2). Who may not know learns that he does not, and nothing else.</summary>
    public async ValueTask AnswerAsync(Jid account, Jid watcher, CancellationToken cancel)
    {
        if (!await delivery.MayPassAsync(watcher, account, "probe", cancel).ConfigureAwait(false)) return;

        var state = (await rosters.FindAsync(account.Local, cancel).ConfigureAwait(false)).Find(watcher.Bare)?.State ?? default;
        if (!state.SeenByContact && watcher.Bare != account)
        {
            // A request that waits for its answer is not refused by this.
            if (!state.IsAsked && await BelievesToSeeAsync(watcher.Bare, account, cancel).ConfigureAwait(false))
                await subscriptions.RevokedAsync(account, watcher.Bare, cancel).ConfigureAwait(false);
            return;
        }

        if (sessions.Of(account.Local).Any(r => r.IsAvailable)) await delivery.ShowAsync(account, watcher, cancel).ConfigureAwait(false);
        else await delivery.ToAsync(watcher, OutgoingPresence.Of(account, "unavailable"), cancel).ConfigureAwait(false);
    }

    // Somebody's roster may say that he sees the account, from a time when this one was lost. To others silence: an answer that depends on whether
    // their request arrived would tell whether there is such an account. What a component believes, only it knows.
    private async ValueTask<bool> BelievesToSeeAsync(Jid watcher, Jid account, CancellationToken cancel) =>
        !delivery.IsAccount(watcher)
        || (await rosters.FindAsync(watcher.Local, cancel).ConfigureAwait(false)).Find(account) is { State.SeesContact: true };
}
