using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Sessions;

/// <summary>An acknowledgement that waits until what it promises is stored.</summary>
internal sealed class AckSlot(AckQueue queue, PacketType type, ushort packetId)
{
    public PacketType Type { get; } = type;

    public ushort PacketId { get; } = packetId;

    public MqttReason Reason { get; private set; }

    public bool IsDone { get; private set; }

    /// <summary>It may be sent now, as soon as those before it.</summary>
    public void Complete(MqttReason reason)
    {
        Reason = reason;
        IsDone = true;
        queue.SendReady();
    }
}

/// <summary>
/// Acknowledgements in the order of what they acknowledge ([MQTT-4.6.0-2]), though some wait for the disk and some do not: reading goes on meanwhile, so that many
/// messages of one client share one flush. Where <paramref name="most"/> wait, nothing more is read: <see cref="WaitForRoomAsync"/>.
/// </summary>
internal sealed class AckQueue(Action<AckPacket> send, int most)
{
    private readonly Lock _lock = new();
    private Queue<AckSlot>? _waiting;
    private int _count;
    private int _unacknowledged;
    private TaskCompletionSource? _drained;

    /// <summary>How many of its messages the client takes for unacknowledged since they wait here, but those of QoS 2 that were begun: the session knows these.</summary>
    public int Unacknowledged => Volatile.Read(ref _unacknowledged);

    /// <summary>True where as many wait as may. What a client repeats, or what stands for nothing, is not among its unacknowledged messages and is answered, too.</summary>
    public bool IsFull => Volatile.Read(ref _count) >= most;

    /// <summary>Acknowledges, at once where nothing waits.</summary>
    public void Post(PacketType type, ushort packetId, MqttReason reason = MqttReason.Success)
    {
        lock (_lock)
        {
            if (_waiting is null or { Count: 0 })
            {
                send(new(type, packetId, reason));
                return;
            }

            Enqueue(type, packetId).Complete(reason);
        }
    }

    /// <summary>Takes a place in line for an acknowledgement that has to wait.</summary>
    public AckSlot Reserve(PacketType type, ushort packetId)
    {
        lock (_lock) return Enqueue(type, packetId);
    }

    /// <summary>Waits until fewer than <paramref name="limit"/> are unacknowledged.</summary>
    public ValueTask WaitBelowAsync(int limit, CancellationToken cancel) => WaitAsync(() => _unacknowledged < limit, cancel);

    /// <summary>Waits until it is not full.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancel) => WaitAsync(() => _count < most, cancel);

    public void SendReady()
    {
        lock (_lock)
        {
            while (_waiting is not null && _waiting.TryPeek(out var slot) && slot.IsDone)
            {
                _waiting.Dequeue();
                _count--;
                if (EndsAMessage(slot.Type)) _unacknowledged--;
                send(new(slot.Type, slot.PacketId, slot.Reason));
            }

            _drained?.TrySetResult();
            _drained = null;
        }
    }

    private async ValueTask WaitAsync(Func<bool> isReached, CancellationToken cancel)
    {
        while (true)
        {
            Task drained;
            lock (_lock)
            {
                if (isReached()) return;
                drained = (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await drained.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    private AckSlot Enqueue(PacketType type, ushort packetId)
    {
        var slot = new AckSlot(this, type, packetId);
        (_waiting ??= new()).Enqueue(slot);
        _count++;
        if (EndsAMessage(type)) _unacknowledged++;
        return slot;
    }

    private static bool EndsAMessage(PacketType type) => type is PacketType.PubAck or PacketType.PubComp;
}
