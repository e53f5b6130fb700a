namespace Edge.Mqtt.Client;

/// <summary>The packet identifiers that a client has in use, for messages and requests alike ([MQTT-2.2.1-3]). They outlive the connection with the messages.</summary>
/// <param name="last">The one before the first.</param>
internal sealed class PacketIds(ushort last = 0)
{
    private readonly Lock _lock = new();
    private readonly HashSet<ushort> _inUse = [];
    private ushort _last = last;

    /// <summary>Takes a free one.</summary>
    /// <exception cref="IOException">All are in use.</exception>
    public ushort Take()
    {
        lock (_lock)
        {
            if (_inUse.Count >= ushort.MaxValue) throw new IOException("All 65535 packet identifiers wait for an answer.");

            do _last++;
            while (_last == 0 || !_inUse.Add(_last));
            return _last;
        }
    }

    public void Return(ushort id)
    {
        lock (_lock) _inUse.Remove(id);
    }
}
