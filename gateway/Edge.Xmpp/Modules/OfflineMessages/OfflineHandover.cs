using System.Collections.Concurrent;
using System.Text;
using Edge.Storage;
using Edge.Things;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;
using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Modules.OfflineMessages;

/// <summary>
/// Hands the messages that wait over to a client that comes. They stay in the store until the client has them (<see cref="DeliveryReceipts"/>): where
/// it, or the gateway, goes before that, they come again, to the next client.
/// </summary>
internal sealed partial class OfflineHandover(
    OfflineStore store, SessionTable sessions, HandoverGates gates, ILogger<OfflineHandover> logger) : IAvailabilityObserver
{
    // Handed over at once; what is left follows when the client has them. As a client comes nothing is read from it meanwhile, no acknowledgement either: half
    // of what it may have unacknowledged is the most.
    private const int MostOnTheWay = 1000;

    private readonly ConcurrentDictionary<string, bool> _delivering = new(StringComparer.Ordinal); // true: somebody else came meanwhile
    private readonly HeldMessages _held = new();

    private readonly record struct Given(string Key, ReadOnlyMemory<byte> Bytes);

    /// <summary>Hands over most of what waits before anybody can send to the client: it comes in front of what is new.</summary>
    public ValueTask ComingAsync(BoundResource resource, int priority, CancellationToken cancel) =>
        priority < 0 || resource is { IsAvailable: true, Priority: >= 0 } ? ValueTask.CompletedTask : DeliverAsync(resource, cancel);

    /// <summary>Hands over what has come in between: whoever was about to store a message then has done so, or sees that the client is there.</summary>
    public ValueTask AvailableAsync(BoundResource resource, int? former, CancellationToken cancel) =>
        resource.Priority < 0 || former >= 0 ? ValueTask.CompletedTask : DeliverAsync(resource, cancel);

    private async ValueTask DeliverAsync(BoundResource resource, CancellationToken cancel)
    {
        var account = resource.Bare.Local;
        if (await store.IsEmptyAsync(account, cancel).ConfigureAwait(false)) return;
        if (!TryBegin(account)) return; // another client of the account gets them

        var given = new List<Given>();
        try
        {
            while (given.Count < MostOnTheWay && !resource.IsOver && await store.OldestAsync(account, _held.Has, cancel).ConfigureAwait(false) is { Count: > 0 } page)
            {
                if (!await TryDeliverAsync(resource, page, given, cancel).ConfigureAwait(false)) break;
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone: what it did not get waits for the next one.
        }
        finally
        {
            _delivering.TryRemove(account, out var hasSomebodyCome);
            // Where nothing more fits because of what others sent, the rest follows as well when that is acknowledged.
            var waits = given.Count > 0 || resource is { IsOver: false, IsHalfFull: true };
            if (waits || hasSomebodyCome) _ = SettleAsync(resource, given, waits);
        }
    }

    /// <summary>True for the one that hands over; it hears of others that wanted to.</summary>
    private bool TryBegin(string account)
    {
        while (!_delivering.TryAdd(account, false))
        {
            if (_delivering.TryUpdate(account, true, false) || (_delivering.TryGetValue(account, out var isNoted) && isNoted)) return false;
        }

        return true;
    }

    /// <summary>Hands over a page, at the pace of the client.</summary>
    /// <returns>False where the client takes no more.</returns>
    private async ValueTask<bool> TryDeliverAsync(
        BoundResource resource, IReadOnlyList<KeyValuePair<string, OfflineMessage>> page, List<Given> given, CancellationToken cancel)
    {
        if (resource.Get<StoredDeliveries>() is not { } stored) resource.Set(stored = new());
        var stopped = new List<string>();
        try
        {
            foreach (var (key, message) in page)
            {
                if (resource.IsOver || resource.IsHalfFull) return false;
                if (await IsStoppedAsync(resource, message, cancel).ConfigureAwait(false))
                {
                    stopped.Add(key);
                    continue;
                }

                await PaceAsync(resource).ConfigureAwait(false);
                var bytes = Encoding.UTF8.GetBytes(DelayStamp.Add(message.Stanza, gates.Domain.Name, message.At));
                stored.Add(bytes);
                if (!resource.TryDeliver(bytes)) return false;

                _held.Hold(key);
                given.Add(new(key, bytes));
            }

            return true;
        }
        finally
        {
            if (stopped.Count > 0) await store.RemoveAsync(resource.Bare.Local, stopped, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>The account has blocked the sender since (XEP-0191 §3.3).</summary>
    private async ValueTask<bool> IsStoppedAsync(BoundResource resource, OfflineMessage message, CancellationToken cancel)
    {
        var stanza = StanzaParser.Parse(Encoding.UTF8.GetBytes(message.Stanza), StreamHeader.Plain, XmlText.OwnLimits);
        return Jid.TryParse(stanza.From, out var from)
            && (await gates.Filters.CheckAsync(from, resource.Bare, StanzaKind.Message, stanza.Type, cancel).ConfigureAwait(false)).IsStopped;
    }

    // Where the connection has gone, a session that is kept takes the rest all the same.
    private static async ValueTask PaceAsync(BoundResource resource)
    {
        if (resource.Link is not { HasRoom: false } link) return;

        try
        {
            await link.WaitUntilSentAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (resource.IsKept)
        {
        }
    }

    /// <summary>Waits until the client has what it was given, where it <paramref name="waits"/> for something, and removes that; then the next one may have the rest.</summary>
    private async Task SettleAsync(BoundResource resource, List<Given> given, bool waits)
    {
        var account = resource.Bare.Local;
        try
        {
            var isThere = waits && await gates.Receipts.ArriveAsync(resource).ConfigureAwait(false);
            if (isThere && given.Count > 0) await ForgetAsync(resource, given).ConfigureAwait(false);
            _held.Release(given.Select(g => g.Key));
            // One that waits for its client to come back gets them only where nobody is there.
            var next = sessions.Of(account).Where(r => r is { IsAvailable: true, Priority: >= 0, IsOver: false }).MaxBy(r => r.IsConnected);
            if (next is not null) await DeliverAsync(next, next.Gone).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            _held.Release(given.Select(g => g.Key)); // the storage has told of it; they come again
        }
        catch (Exception e)
        {
            _held.Release(given.Select(g => g.Key));
            LogFailed(e, resource.Jid.ToString());
        }
    }

    private async ValueTask ForgetAsync(BoundResource resource, List<Given> given)
    {
        await store.RemoveAsync(resource.Bare.Local, [.. given.Select(g => g.Key)], CancellationToken.None).ConfigureAwait(false);
        if (resource.Get<StoredDeliveries>() is not { } stored) return;

        foreach (var each in given) stored.Remove(each.Bytes);
    }

    [LoggerMessage(EventId = 3400, Level = LogLevel.Error, Message = "Messages that waited were handed to {Client}, and may come again")]
    private partial void LogFailed(Exception e, string client);
}

/// <summary>What is asked before a message is handed over, and after.</summary>
internal sealed record HandoverGates(StanzaFilters Filters, DeliveryReceipts Receipts, XmppDomain Domain);
