namespace Edge.Mqtt.Sessions;

/// <summary>The identifiers of messages of QoS 2 that were taken and that their sender has not released: such a message is not passed on again (MQTT 5.0 §4.3.3).</summary>
internal sealed class UnreleasedIds
{
    private readonly Lock _lock = new();
    private HashSet<ushort>? _ids;

    public int Count
    {
        get
        {
            lock (_lock) return _ids?.Count ?? 0;
        }
    }

    public bool Contains(ushort packetId)
    {
        lock (_lock) return _ids is not null && _ids.Contains(packetId);
    }

    public void Add(ushort packetId)
    {
        lock (_lock) (_ids ??= []).Add(packetId);
    }

    public bool Remove(ushort packetId)
    {
        lock (_lock) return _ids is not null && _ids.Remove(packetId);
    }
}
