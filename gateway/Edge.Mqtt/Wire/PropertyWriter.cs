namespace Edge.Mqtt.Wire;

/// <summary>Collects a property section (MQTT 5.0 §2.2.2). A property without a value, or with the one that its absence means, is left out.</summary>
internal sealed class PropertyWriter
{
    private readonly PacketWriter _section = new();

    public int Length => _section.Length;

    public ReadOnlySpan<byte> Bytes => _section.Bytes;

    public PropertyWriter Flag(PropertyId id, bool value, bool absent)
    {
        if (value != absent) _section.Byte((byte)id).Byte(value ? (byte)1 : (byte)0);
        return this;
    }

    public PropertyWriter Byte(PropertyId id, byte value, byte absent)
    {
        if (value != absent) _section.Byte((byte)id).Byte(value);
        return this;
    }

    public PropertyWriter UInt16(PropertyId id, ushort? value, ushort? absent = null)
    {
        if (value is { } number && value != absent) _section.Byte((byte)id).UInt16(number);
        return this;
    }

    public PropertyWriter UInt32(PropertyId id, uint? value, uint? absent = null)
    {
        if (value is { } number && value != absent) _section.Byte((byte)id).UInt32(number);
        return this;
    }

    public PropertyWriter SubscriptionId(uint value)
    {
        if (value != 0) _section.Byte((byte)PropertyId.SubscriptionId).Variable(checked((int)value));
        return this;
    }

    public PropertyWriter Text(PropertyId id, string? value)
    {
        if (value is not null) _section.Byte((byte)id).Text(value);
        return this;
    }

    public PropertyWriter Binary(PropertyId id, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes) _section.Byte((byte)id).Binary(bytes.Span);
        return this;
    }

    public PropertyWriter Users(IReadOnlyList<MqttUserProperty>? properties)
    {
        foreach (var (name, value) in properties ?? []) _section.Byte((byte)PropertyId.UserProperty).Text(name).Text(value);
        return this;
    }

    /// <summary>What is the same for every receiver of a message: without the expiry, which counts down.</summary>
    public PropertyWriter Message(MqttMessageProperties properties) =>
        Flag(PropertyId.PayloadFormat, properties.IsText, absent: false)
            .Text(PropertyId.ContentType, properties.ContentType)
            .Text(PropertyId.ResponseTopic, properties.ResponseTopic)
            .Binary(PropertyId.CorrelationData, properties.CorrelationData)
            .Users(properties.UserProperties);
}
