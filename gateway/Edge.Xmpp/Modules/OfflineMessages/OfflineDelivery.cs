using System.Collections.Concurrent;
using System.Text;
using Edge.Identity.Accounts;
using Edge.Storage;
using Edge.Things;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.OfflineMessages;

/// <summary>XEP-0160: keeps messages for accounts of which no client is there, and hands them over when one comes.</summary>
internal sealed class OfflineDelivery(
    OfflineStore store, SessionTable sessions, IAccounts accounts, XmppDomain domain, TimeProvider clock) : IUndeliverable, IAvailabilityObserver
{
    private static readonly StanzaError Full = StanzaError.ServiceUnavailable with
    {
        Text = "As many messages wait for this account as it may have (xmpp:offlineMessages:maxMessages, xmpp:offlineMessages:maxBytes).",
    };

    private static readonly StanzaError CannotStore = StanzaError.InternalServerError with { Type = "wait", Text = "The message cannot be kept now." };

    private readonly ConcurrentDictionary<string, bool> _delivering = new(StringComparer.Ordinal);

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

    /// <summary>Hands over most of what waits before anybody can send to the client: it comes in front of what is new.</summary>
    public ValueTask ComingAsync(BoundResource resource, int priority, CancellationToken cancel) =>
        priority < 0 || resource is { IsAvailable: true, Priority: >= 0 } ? ValueTask.CompletedTask : DeliverAsync(resource, cancel);

    /// <summary>Hands over what has come in between: whoever was about to store a message then has done so, or sees that the client is there.</summary>
    public ValueTask AvailableAsync(BoundResource resource, int? former, CancellationToken cancel) =>
        resource.Priority < 0 || former >= 0 ? ValueTask.CompletedTask : DeliverAsync(resource, cancel);

    private bool IsSomebodyThere(string account) => sessions.Of(account).Any(r => r is { IsAvailable: true, Priority: >= 0 });

    private async ValueTask DeliverAsync(BoundResource resource, CancellationToken cancel)
    {
        var account = resource.Bare.Local;
        if (await store.IsEmptyAsync(account, cancel).ConfigureAwait(false)) return;
        if (!_delivering.TryAdd(account, true)) return; // another client of the account gets them

        try
        {
            while (await store.OldestAsync(account, cancel).ConfigureAwait(false) is { Count: > 0 } page)
            {
                if (!await TryDeliverAsync(resource, page).ConfigureAwait(false)) return;
                await store.RemoveAsync(account, page, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone: what it did not get waits for the next one.
        }
        finally
        {
            _delivering.TryRemove(account, out _);
        }
    }

    /// <summary>Hands over a page, at the pace of the client. It is gone from the store only when it is on its way.</summary>
    private async ValueTask<bool> TryDeliverAsync(BoundResource resource, IReadOnlyList<KeyValuePair<string, OfflineMessage>> page)
    {
        foreach (var (_, message) in page)
        {
            if (resource.Link is not { } link) return false;
            if (!link.HasRoom) await link.WaitUntilSentAsync().ConfigureAwait(false);
            if (!resource.TryDeliver(Encoding.UTF8.GetBytes(DelayStamp.Add(message.Stanza, domain.Name, message.At)))) return false;
        }

        if (resource.Link is not { } last) return false;
        await last.WaitUntilSentAsync().ConfigureAwait(false);
        return true;
    }
}
