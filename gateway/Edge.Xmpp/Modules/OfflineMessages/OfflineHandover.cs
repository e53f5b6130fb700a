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
    // On the way to one client at a time; what is left follows when it has them. Nothing is read from the client meanwhile, no acknowledgement either: half of
    // what it may have unacknowledged is the most.
    private const int MostOnTheWay = 1000;

    private readonly ConcurrentDictionary<string, bool> _delivering = new(StringComparer.Ordinal);
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
        if (!_delivering.TryAdd(account, true)) return; // another client of the account gets them

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
            // Where nothing more fits because of what others sent, the rest follows as well when that is acknowledged.
            if (given.Count > 0 || resource is { IsOver: false, IsHalfFull: true }) _ = SettleAsync(resource, given);
            _delivering.TryRemove(account, out _);
        }
    }

    /// <summary>Hands over a page, at the pace of the client.</summary>
    /// <returns>False where the client takes no more.</returns>
    private async ValueTask<bool> TryDeliverAsync(
        BoundResource resource, IReadOnlyList<KeyValuePair<string, OfflineMessage>> page, List<Given> given, CancellationToken cancel)
    {
        if (resource.Get<StoredDeliveries>() is not { } stored) resource.Set(stored = new());
        foreach (var (key, message) in page)
        {
            if (resource.IsOver || resource.IsHalfFull) return false;
            if (await IsStoppedAsync(resource, message, cancel).ConfigureAwait(false))
            {
                await store.RemoveAsync(resource.Bare.Local, [key], CancellationToken.None).ConfigureAwait(false);
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

    /// <summary>Waits until the client has what it was given, and removes that; or lets the next one have it.</summary>
    private async Task SettleAsync(BoundResource resource, List<Given> given)
    {
        var account = resource.Bare.Local;
        try
        {
            var isThere = await gates.Receipts.ArriveAsync(resource).ConfigureAwait(false);
            if (isThere && given.Count > 0) await ForgetAsync(resource, given).ConfigureAwait(false);
            _held.Release(given.Select(g => g.Key));
            if (sessions.Of(account).FirstOrDefault(r => r is { IsAvailable: true, Priority: >= 0 }) is { } next) await DeliverAsync(next, next.Gone).ConfigureAwait(false);
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
