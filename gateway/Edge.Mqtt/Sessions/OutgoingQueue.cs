using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Sessions;

/// <summary>The messages of QoS 1 and 2 for one session, in order: those sent and not acknowledged, then those that wait. Not thread-safe.</summary>
internal sealed class OutgoingQueue(MqttOptions options)
{
    private readonly List<QueuedMessage> _inFlight = [];
    private readonly Queue<QueuedMessage> _waiting = new();
    private readonly HashSet<ushort> _ids = [];
    private long _bytes;
    private ushort _lastId;
    private long _lastSequence;

    /// <summary>The messages that were sent, in the order in which they were.</summary>
    public IReadOnlyList<QueuedMessage> InFlight => _inFlight;

    /// <summary>How many messages it holds.</summary>
    public int Count => _ids.Count;

    /// <summary>Adds a message at the end; null where a limit is reached.</summary>
    public QueuedMessage? TryAdd(PublishFrame frame, MqttQoS qos, bool retain, bool isReady)
    {
        var bytes = frame.Message.Payload.Length;
        if (_waiting.Count >= options.MaxQueuedMessages || (_bytes + bytes > options.MaxQueuedBytes && _waiting.Count > 0)) return null;

        var message = new QueuedMessage(frame, qos, retain, NextId(), ++_lastSequence) { IsReady = isReady };
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
    public QueuedMessage? TakeNext()
    {
        if (_inFlight.Count >= options.MaxInFlight || !_waiting.TryPeek(out var next) || !next.IsReady) return null;

        _waiting.Dequeue();
        _bytes -= next.Frame.Message.Payload.Length;
        _inFlight.Add(next);
        return next;
    }

    /// <summary>The message in flight with this identifier, or null.</summary>
    public QueuedMessage? Find(ushort packetId)
    {
        foreach (var message in _inFlight)
            if (message.PacketId == packetId) return message;

        return null;
    }

    /// <summary>Forgets a message in flight.</summary>
    public void Remove(QueuedMessage message)
    {
        if (_inFlight.Remove(message)) _ids.Remove(message.PacketId);
    }

    /// <summary>Takes back a message that could not be stored: it was never promised to anybody.</summary>
    public void Withdraw(QueuedMessage message)
    {
        var others = _waiting.Where(m => m != message).ToList();
        _waiting.Clear();
        _bytes = 0;
        _ids.Remove(message.PacketId);
        foreach (var other in others)
        {
            _waiting.Enqueue(other);
            _bytes += other.Frame.Message.Payload.Length;
        }
    }

    private void Append(QueuedMessage message)
    {
        _ids.Add(message.PacketId);
        _waiting.Enqueue(message);
        _bytes += message.Frame.Message.Payload.Length;
    }

    // The limits keep far fewer than 65535 in use, so a free one is near.
    private ushort NextId()
    {
        do _lastId++;
        while (_lastId == 0 || _ids.Contains(_lastId));
        return _lastId;
    }
}
