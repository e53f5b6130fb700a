using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Features.Retained;

/// <summary>
/// Brings one client the retained messages of what it has subscribed to, one subscription after the other, and no faster than it acknowledges them: so that there may
/// be more of them than its queue holds. Beside its reader, through which the acknowledgements come.
/// </summary>
/// <param name="session">The client.</param>
/// <param name="messages">What is retained.</param>
/// <param name="clock">The time.</param>
/// <param name="finished">Called when there is nothing left: the next subscription is a new tour's.</param>
internal sealed class RetainedTour(IMqttSession session, RetainedMessages messages, TimeProvider clock, Action<RetainedTour> finished)
{
    private const int MostUnderWay = 64; // of a session that outlives its connection: stored together instead of one by one
    private const int FewMessages = 1000; // looked through on the reader's thread, which others share; more are not

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, MqttSubscribed> _waiting = new(StringComparer.Ordinal);
    private bool _isRunning;
    private volatile bool _isOver;

    /// <summary>Adds a subscription; in place of the same one where that still waits, so that no more wait than there can be subscriptions.</summary>
    /// <returns>False where the tour is over.</returns>
    public bool TryAdd(in MqttSubscribed subscribed)
    {
        lock (_lock)
        {
            if (_isOver) return false;
            _waiting[subscribed.Filter] = subscribed;
            if (_isRunning) return true;
            _isRunning = true;
        }

        if (messages.Count <= FewMessages) _ = RunAsync();
        else _ = Task.Run(RunAsync);
        return true;
    }

    /// <summary>A subscription is no more.</summary>
    public void Remove(string filter)
    {
        lock (_lock) _waiting.Remove(filter);
    }

    /// <summary>Ends it, as where the session ended with its connection. A session that goes on takes into its queue what that holds.</summary>
    public void End() => _isOver = true;

    private async Task RunAsync()
    {
        try
        {
            while (TakeNext() is { } subscribed) await SendAsync(subscribed).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            session.End(EndReason.InternalError, $"Retained messages for it could not be stored ({error.Message}): free space on the disk.", MqttReason.QuotaExceeded);
        }
        catch (Exception error) // a bug: the client comes back and asks again, instead of waiting for what does not come
        {
            session.End(EndReason.InternalError, $"Retained messages for it could not be sent: {error}", MqttReason.ImplementationSpecificError);
        }

        End();
        finished(this);
    }

    private MqttSubscribed? TakeNext()
    {
        lock (_lock)
        {
            _isOver |= _waiting.Count == 0;
            if (_isOver) return null;

            var next = _waiting.GetAt(0).Value;
            _waiting.RemoveAt(0);
            return next;
        }
    }

    private async Task SendAsync(MqttSubscribed subscribed)
    {
        if (!TopicFilter.TryParse(subscribed.Filter, out var filter)) return;

        var options = subscribed.Options;
        uint[]? ids = options.Id == 0 ? null : [options.Id];
        var underWay = new Queue<Task<bool>>();
        foreach (var retained in messages.Matching(filter, clock.GetUtcNow()))
        {
            var qos = retained.QoS < options.QoS ? retained.QoS : options.QoS;
            if (qos != MqttQoS.AtMostOnce) await session.RoomAsync().ConfigureAwait(false);
            if (_isOver) break;

            underWay.Enqueue(session.DeliverAsync(retained with { QoS = qos, SubscriptionIds = ids }).AsTask());
            if (underWay.Count >= MostUnderWay) await underWay.Dequeue().ConfigureAwait(false);
        }

        await Task.WhenAll(underWay).ConfigureAwait(false);
    }
}
