namespace Edge.Mqtt.Client;

/// <summary>What happens to a message for which the queue has no room.</summary>
public enum MqttQueueFull
{
    /// <summary>The oldest messages that were not sent yet make room; they are counted as dropped.</summary>
    DropOldest,

    /// <summary>The new message is dropped, and counted.</summary>
    DropNewest,

    /// <summary>The new message is refused: its publisher still has it.</summary>
    Refuse,
}

/// <summary>How much waits in the client while there is no connection, or while the server is slower than the publisher.</summary>
public sealed record MqttQueueOptions
{
    /// <summary>The most messages. Ten thousand: a reading each second for almost three hours.</summary>
    public int MaxMessages { get; init; } = 10_000;

    /// <summary>The most bytes of topics and payloads, with 128 for each message.</summary>
    public long MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>What happens when it is full.</summary>
    public MqttQueueFull WhenFull { get; init; } = MqttQueueFull.DropOldest;

    /// <summary>False drops messages of QoS 0, uncounted, while there is no connection, as a server does.</summary>
    public bool KeepQoS0 { get; init; } = true;
}

/// <summary>
/// The messages that wait for their first sending or their acknowledgement, in order. Those that were sent are never dropped: the server may have
/// them. Not safe for use by several threads: its owner has a lock.
/// </summary>
internal sealed class OfflineQueue(MqttQueueOptions options)
{
    private readonly LinkedList<OutgoingMessage> _messages = [];
    private readonly Dictionary<ushort, LinkedListNode<OutgoingMessage>> _byId = [];
    private LinkedListNode<OutgoingMessage>? _nextToSend;

    public int Count => _messages.Count;

    public long Bytes { get; private set; }

    public long Dropped { get; private set; }

    /// <summary>The first that was not sent in this connection.</summary>
    public OutgoingMessage? NextToSend => _nextToSend?.Value;

    public IEnumerable<OutgoingMessage> All => _messages;

    /// <summary>Takes a message in; false where it is refused or dropped.</summary>
    public bool TryAdd(OutgoingMessage message)
    {
        if (!MakeRoom(message.Size)) return false;

        var node = _messages.AddLast(message);
        _nextToSend ??= node;
        Bytes += message.Size;
        return true;
    }

    /// <summary>The next was sent, as <paramref name="id"/>; it waits for its acknowledgement.</summary>
    public void Sent(ushort id)
    {
        var node = _nextToSend!;
        (node.Value.PacketId, node.Value.IsSent, node.Value.WasSent) = (id, true, true);
        _byId[id] = node;
        _nextToSend = node.Next;
    }

    public OutgoingMessage? Find(ushort id) => _byId.TryGetValue(id, out var node) ? node.Value : null;

    /// <summary>The end of a message that was sent.</summary>
    public OutgoingMessage? Remove(ushort id)
    {
        if (!_byId.TryGetValue(id, out var node)) return null;

        Remove(node);
        return node.Value;
    }

    /// <summary>The end of the next message to send, unsent or of QoS 0.</summary>
    public void RemoveNext() => Remove(_nextToSend!);

    /// <summary>Takes out a message that was not sent yet; false where it was, or is gone.</summary>
    public bool Withdraw(OutgoingMessage message)
    {
        if (message.WasSent || _messages.FindLast(message) is not { } node) return false;

        Remove(node);
        return true;
    }

    /// <summary>A new connection: all that is not acknowledged is to be sent, from the first on.</summary>
    public void Restart()
    {
        foreach (var message in _messages) message.IsSent = false;
        _nextToSend = _messages.First;
    }

    public void Clear()
    {
        _messages.Clear();
        _byId.Clear();
        (_nextToSend, Bytes) = (null, 0);
    }

    private bool MakeRoom(long size)
    {
        while (_messages.Count >= options.MaxMessages || Bytes + size > options.MaxBytes)
        {
            if (options.WhenFull == MqttQueueFull.Refuse) return false;

            var victim = options.WhenFull == MqttQueueFull.DropOldest ? OldestUnsent() : null;
            Dropped++;
            if (victim is null) return false;

            Remove(victim);
            victim.Value.End(Full);
        }

        return true;
    }

    public static MqttPublishResult Full { get; } = new(MqttReason.QuotaExceeded, "The client's queue is full.");

    private LinkedListNode<OutgoingMessage>? OldestUnsent()
    {
        var node = _nextToSend;
        while (node is { Value.WasSent: true }) node = node.Next;
        return node;
    }

    private void Remove(LinkedListNode<OutgoingMessage> node)
    {
        if (_nextToSend == node) _nextToSend = node.Next;
        if (node.Value.PacketId != 0) _byId.Remove(node.Value.PacketId);
        Bytes -= node.Value.Size;
        _messages.Remove(node);
    }
}
