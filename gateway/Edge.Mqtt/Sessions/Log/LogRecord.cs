namespace Edge.Mqtt.Sessions.Log;

/// <summary>One record of the log as it was read; which members have a meaning depends on the type.</summary>
internal ref struct LogRecord
{
    /// <summary>What it is.</summary>
    public RecordType Type;

    /// <summary>Its bytes, to copy it as it is.</summary>
    public ReadOnlySpan<byte> Bytes;

    public long Session;

    /// <summary>The sequence, or the packet identifier of what came in.</summary>
    public long Item;

    public long MessageId;

    public ushort PacketId;

    public MqttQoS QoS;

    public bool Retain;

    public int SubscriptionIds;

    /// <summary>That many varints.</summary>
    public ReadOnlySpan<byte> SubscriptionIdBytes;

    public long ExpiresAtUnixSeconds;

    public long PublishedAtUnixMilliseconds;

    public ReadOnlySpan<byte> Topic;

    public ReadOnlySpan<byte> Properties;

    public ReadOnlySpan<byte> Payload;
}
