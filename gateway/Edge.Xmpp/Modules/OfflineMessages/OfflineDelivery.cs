using System.Text;
using Edge.Identity.Accounts;
using Edge.Storage;
using Edge.Things;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.OfflineMessages;

/// <summary>XEP-0160: keeps messages for accounts of which no client is there, for <see cref="OfflineHandover"/> when one comes.</summary>
internal sealed class OfflineDelivery(
    OfflineStore store, SessionTable sessions, IAccounts accounts, TimeProvider clock) : IUndeliverable
{
    private static readonly StanzaError Full = StanzaError.ServiceUnavailable with
    {
        Text = "As many messages wait for this account as it may have (xmpp:offlineMessages:maxMessages, xmpp:offlineMessages:maxBytes).",
    };

    private static readonly StanzaError CannotStore = StanzaError.InternalServerError with { Type = "wait", Text = "The message cannot be kept now." };

    public async ValueTask<UndeliverableOutcome> TakeAsync(IStanzaSource sender, Stanza message, Jid to, CancellationToken cancel)
    {
        var element = message.ToElement();
        if (MessageHints.ForbidsStoring(element)) return UndeliverableOutcome.NotMine;
        if (!MessageHints.AsksForStoring(element) && (message.ChildCount == 0 || MessageHints.IsOnlyChatState(element))) return UndeliverableOutcome.Taken;
        if (await accounts.FindAsync(to.Local, cancel).ConfigureAwait(false) is not { IsDisabled: false }) return UndeliverableOutcome.NotMine;

        var waiting = new OfflineMessage(Encoding.UTF8.GetString(sender.Stamped(message).Span), clock.GetUtcNow());
        try
        {
            return await store.TryAddAsync(to.Local, waiting, () => IsSomebodyThere(to.Local), cancel).ConfigureAwait(false) switch
            {
                true => UndeliverableOutcome.Taken,
                false => UndeliverableOutcome.Refused(Full),
                null => UndeliverableOutcome.Again,
            };
        }
        catch (StorageException)
        {
            return UndeliverableOutcome.Refused(CannotStore); // the storage has told of it
        }
    }

    private bool IsSomebodyThere(string account) => sessions.Of(account).Any(r => r is { IsAvailable: true, Priority: >= 0 });
}
