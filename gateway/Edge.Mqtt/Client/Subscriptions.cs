namespace Edge.Mqtt.Client;

/// <summary>What a client wants to be subscribed to, whatever happens to its connections. Safe for use by several threads.</summary>
internal sealed class Subscriptions
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MqttSubscription> _all = new(StringComparer.Ordinal);

    /// <summary>All of them, in packets of a size that every server takes.</summary>
    public IReadOnlyList<MqttSubscription[]> Packets
    {
        get { lock (_lock) return [.. _all.Values.Chunk(32)]; }
    }

    public void Add(IEnumerable<MqttSubscription> subscriptions)
    {
        lock (_lock)
        {
            foreach (var subscription in subscriptions) _all[subscription.Filter] = subscription;
        }
    }

    public void Remove(string filter)
    {
        lock (_lock) _all.Remove(filter);
    }
}
