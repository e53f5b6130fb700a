using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Sessions;

/// <summary>
/// The state of one client (MQTT 3.1.1 §4.1): subscriptions, messages on their way in both directions. It lives as long as its connection, or,
/// where the client asked for that, longer. Everything is guarded by one lock of its own, under which nothing waits.
/// </summary>
internal sealed class Session(SessionKey key, long number, bool isPersistent, MqttOptions options, MqttMetrics metrics)
{
    private readonly Lock _lock = new();
    private readonly OutgoingQueue _outgoing = new(options);
    private readonly Dictionary<string, MqttQoS> _subscriptions = new(StringComparer.Ordinal);
    private readonly HashSet<ushort> _incomplete = [];
    private ISessionLink? _link;
    private LiveSession? _holder;

    public SessionKey Key { get; } = key;

    /// <summary>Its number in the store: shorter than its key, and never used again.</summary>
    public long Number { get; } = number;

    public bool IsPersistent { get; } = isPersistent;

    /// <summary>Who holds it now; set under the registry's gate.</summary>
    public LiveSession? Holder
    {
        get => Volatile.Read(ref _holder);
        set => Volatile.Write(ref _holder, value);
    }

    /// <summary>When it lost its connection; the registry drops it some time after.</summary>
    public DateTimeOffset LastSeen { get; set; }

    /// <summary>Brings it messages that are for it alone.</summary>
    public required Deliverer Deliverer { private get; init; }

    /// <summary>Told of stored messages that need not be kept any more.</summary>
    public Action<QueuedMessage>? Forget { get; init; }

    public ValueTask<bool> DeliverAsync(MqttMessage message, CancellationToken cancel) => Deliverer.ToSessionAsync(this, message, cancel);

    public int QueuedMessages
    {
        get
        {
            lock (_lock) return _outgoing.Count;
        }
    }

    public IReadOnlyList<KeyValuePair<string, MqttQoS>> Subscriptions
    {
        get
        {
            lock (_lock) return [.. _subscriptions];
        }
    }

    /// <summary>Adds or replaces a subscription; false where there are too many.</summary>
    public bool TrySubscribe(string filter, MqttQoS qos)
    {
        lock (_lock)
        {
            if (!_subscriptions.ContainsKey(filter) && _subscriptions.Count >= options.MaxSubscriptions) return false;
            _subscriptions[filter] = qos;
            return true;
        }
    }

    public bool Unsubscribe(string filter)
    {
        lock (_lock) return _subscriptions.Remove(filter);
    }

    /// <summary>Connects it: what was sent and not acknowledged is sent again, in order, then what waits ([MQTT-4.4.0-1]).</summary>
    public void Attach(ISessionLink link)
    {
        lock (_lock)
        {
            _link = link;
            foreach (var message in _outgoing.InFlight.ToArray()) SendOrDrop(link, message);
            Pump();
        }
    }

    public void Detach(ISessionLink link)
    {
        lock (_lock)
        {
            if (_link == link) _link = null;
        }
    }

    /// <summary>Sends a message of QoS 0, or drops it: without a connection in silence, to a slow one counted.</summary>
    public bool SendAtMostOnce(PublishFrame frame, bool retain)
    {
        lock (_lock)
        {
            if (_link is not { } link || !link.MayDeliver(frame.Message)) return false;
            if (!link.IsLagging && link.TryPost(OutgoingPacket.Publish(frame, MqttQoS.AtMostOnce, retain, false, 0)))
            {
                metrics.Sent();
                return true;
            }
        }

        metrics.Dropped(DropReason.SlowConsumer);
        return false;
    }

    /// <summary>Queues a message of QoS 1 or 2; null where the queue is full. A persistent session's message has to be stored, then given to
    /// <see cref="Stored"/>; another's is sent as soon as it may.</summary>
    public QueuedMessage? Queue(PublishFrame frame, MqttQoS qos, bool retain)
    {
        lock (_lock)
        {
            // A client that may not have it must not have its queue filled with it.
            if (_link is { } link && !link.MayDeliver(frame.Message)) return null;

            var message = _outgoing.TryAdd(frame, qos, retain, isReady: !IsPersistent);
            if (message is null) metrics.Dropped(DropReason.QueueFull);
            else Pump();
            return message;
        }
    }

    /// <summary>A queued message is stored, and may be sent.</summary>
    public void Stored(QueuedMessage message)
    {
        lock (_lock)
        {
            message.IsReady = true;
            Pump();
        }
    }

    /// <summary>A queued message could not be stored.</summary>
    public void NotStored(QueuedMessage message)
    {
        lock (_lock)
        {
            _outgoing.Withdraw(message);
            Pump();
        }
    }

    /// <summary>Puts back what the store had.</summary>
    public void Restore(QueuedMessage message)
    {
        lock (_lock) _outgoing.Restore(message);
    }

    /// <summary>PUBACK has come.</summary>
    public void Acknowledge(ushort packetId)
    {
        lock (_lock)
        {
            if (_outgoing.Find(packetId) is not { QoS: MqttQoS.AtLeastOnce } message) return;
            Finish(message);
        }
    }

    /// <summary>PUBREC has come: the message is the client's now. The one to store as released before PUBREL goes out, or null where that was known
    /// before, or nothing is known of it; PUBREL is right in either case.</summary>
    public QueuedMessage? Release(ushort packetId)
    {
        lock (_lock)
        {
            if (_outgoing.Find(packetId) is not { QoS: MqttQoS.ExactlyOnce, IsReleased: false } message) return null;
            message.IsReleased = true;
            return message;
        }
    }

    /// <summary>PUBCOMP has come.</summary>
    public void Complete(ushort packetId)
    {
        lock (_lock)
        {
            if (_outgoing.Find(packetId) is { IsReleased: true } message) Finish(message);
        }
    }

    /// <summary>True for a QoS 2 message that was taken before and not released by its sender yet: it is not passed on again.</summary>
    public bool IsIncomplete(ushort packetId)
    {
        lock (_lock) return _incomplete.Contains(packetId);
    }

    /// <summary>Remembers an identifier until its sender releases it; false where it has too many open.</summary>
    public bool TryAddIncomplete(ushort packetId)
    {
        lock (_lock) return _incomplete.Count < options.MaxIncomplete && _incomplete.Add(packetId);
    }

    public bool RemoveIncomplete(ushort packetId)
    {
        lock (_lock) return _incomplete.Remove(packetId);
    }

    private void Pump()
    {
        if (_link is not { } link) return;

        while (_outgoing.TakeNext() is { } message) SendOrDrop(link, message);
    }

    private void SendOrDrop(ISessionLink link, QueuedMessage message)
    {
        if (message.IsReleased) Post(link, OutgoingPacket.Ack(PacketType.PubRel, message.PacketId));
        else if (link.MayDeliver(message.Frame.Message)) Send(link, message);
        else Drop(message);
    }

    private void Send(ISessionLink link, QueuedMessage message)
    {
        Post(link, OutgoingPacket.Publish(message.Frame, message.QoS, message.Retain, message.WasSent, message.PacketId));
        message.WasSent = true;
        metrics.Sent();
    }

    // What was promised is not dropped: the client is cut off, and gets it when it comes back.
    private static void Post(ISessionLink link, in OutgoingPacket packet)
    {
        if (!link.TryPost(packet))
            link.End(EndReason.SlowConsumer, "It reads too slowly; mqtt:outboxMessages or mqtt:outboxBytes is reached.");
    }

    private void Finish(QueuedMessage message)
    {
        _outgoing.Remove(message);
        Forget?.Invoke(message);
        Pump();
    }

    private void Drop(QueuedMessage message)
    {
        _outgoing.Remove(message);
        Forget?.Invoke(message);
        metrics.Dropped(DropReason.NotAuthorized);
    }
}
