namespace Edge.Mqtt.Sessions;

/// <summary>The messages of QoS 1 and 2 for one session, in order: those sent and not acknowledged, then those that wait. Not thread-safe. Made of nothing
/// until the first message: most sessions of a thousand meters never have one.</summary>
internal sealed class OutgoingQueue(MqttOptions options)
{
    private List<QueuedMessage>? _inFlight;
    private Queue<QueuedMessage>? _waiting;
    private HashSet<ushort>? _ids;
    private long _bytes;
    private ushort _lastId;
    private long _lastSequence;

    /// <summary>The messages that were sent, in the order in which they were.</summary>
    public IReadOnlyList<QueuedMessage> InFlight => _inFlight ?? [];

    /// <summary>The messages that were not sent yet, in order.</summary>
    public IEnumerable<QueuedMessage> Waiting => _waiting ?? [];

    /// <summary>How many messages it holds.</summary>
    public int Count => _ids?.Count ?? 0;

    /// <summary>The bytes of what waits: topics, properties and payloads.</summary>
    public long WaitingBytes => _bytes;

    /// <summary>Limits of its own, in place of the broker's; null for none.</summary>
    public QueueLimits? Own { get; set; }

    /// <summary>True where another message of this size would pass a limit.</summary>
    public bool IsFullFor(int bytes) => _waiting is { Count: > 0 } waiting
        && (waiting.Count >= (Own?.Messages ?? options.MaxQueuedMessages) || _bytes + bytes > (Own?.Bytes ?? options.MaxQueuedBytes));

    /// <summary>True where half of a limit is taken by what waits. Never with limits of its own: those are for hours, and nobody is held back for them.</summary>
    public bool IsHalfFull => Own is null && _waiting is { } waiting && (waiting.Count > options.MaxQueuedMessages / 2 || _bytes > options.MaxQueuedBytes / 2);

    /// <summary>Adds a message at the end; null where a limit is reached.</summary>
    public QueuedMessage? TryAdd(PublishFrame frame, in DeliveryOptions delivery, bool isReady)
    {
        if (IsFullFor(frame.Bytes)) return null;

        var message = new QueuedMessage(frame, delivery, NextId(), ++_lastSequence) { IsReady = isReady };
        Append(message);
        return message;
    }

    /// <summary>Puts back a message from the store. Call in the order of their sequence.</summary>
    public void Restore(QueuedMessage message)
    {
        _lastSequence = message.Sequence;
        _lastId = message.PacketId;
        message.IsReady = true;
        Append(message);
    }

    /// <summary>The next message to send, now counted as in flight; null where none waits, is ready, or may fly.</summary>
    public QueuedMessage? TakeNext(int maxInFlight)
    {
        if (_waiting is null || !_waiting.TryPeek(out var next) || !next.IsReady || _inFlight?.Count >= maxInFlight) return null;

        _waiting.Dequeue();
        _bytes -= next.Bytes;
        (_inFlight ??= []).Add(next);
        return next;
    }

    /// <summary>The message in flight with this identifier, or null.</summary>
    public QueuedMessage? Find(ushort packetId)
    {
        if (_inFlight is null) return null;
        foreach (var message in _inFlight)
            if (message.PacketId == packetId) return message;

        return null;
    }

    /// <summary>Forgets a message in flight.</summary>
    public void Remove(QueuedMessage message)
    {
        if (_inFlight is not null && _inFlight.Remove(message)) _ids!.Remove(message.PacketId);
    }

    /// <summary>Takes out messages that wait: one that could not be stored and so was never promised, or those that another member of a group shall have.</summary>
    public IReadOnlyList<QueuedMessage> Withdraw(Func<QueuedMessage, bool> which)
    {
        if (_waiting is null) return [];

        var taken = new List<QueuedMessage>();
        for (var i = _waiting.Count; i > 0; i--)
        {
            var message = _waiting.Dequeue();
            if (!which(message))
            {
                _waiting.Enqueue(message);
                continue;
            }

            taken.Add(message);
            _ids!.Remove(message.PacketId);
            _bytes -= message.Bytes;
        }

        return taken;
    }

    private void Append(QueuedMessage message)
    {
        (_ids ??= []).Add(message.PacketId);
        (_waiting ??= new()).Enqueue(message);
        _bytes += message.Bytes;
    }

    // The limits keep far fewer than 65535 in use, so a free one is near.
    private ushort NextId()
    {
        do _lastId++;
        while (_lastId == 0 || _ids?.Contains(_lastId) == true);
        return _lastId;
    }
}
