namespace Edge.Mqtt.Wire;

/// <summary>UNSUBSCRIBE (MQTT 5.0 §3.10).</summary>
internal sealed record UnsubscribePacket(ushort PacketId, IReadOnlyList<string> Filters)
{
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Reads UNSUBSCRIBE's body; more than <paramref name="maxEntries"/> filters are refused while reading.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol or the limit.</exception>
    public static UnsubscribePacket Read(PacketFrame frame, ProtocolVersion version, int maxEntries)
    {
        frame.CheckDuplicate(version);
        var reader = new PacketReader(frame);
        var id = reader.ReadPacketId();
        List<MqttUserProperty>? users = null;
        if (version == ProtocolVersion.V5)
        {
            var properties = new PropertyReader(ref reader, PropertySets.Unsubscribe);
            while (properties.MoveNext()) properties.ReadUserProperty(ref users);
        }

        var filters = new List<string>(1);
        while (reader.Remaining > 0)
        {
            if (filters.Count == maxEntries) throw FilterLimit.Passed(PacketType.Unsubscribe, maxEntries);
            filters.Add(reader.ReadString("topic filter"));
        }

        if (filters.Count == 0) throw new MqttProtocolException("UNSUBSCRIBE without a topic filter ([MQTT-3.10.3-2]).");
        return new(id, filters) { UserProperties = users ?? [] };
    }

    /// <summary>The whole packet as bytes.</summary>
    public byte[] ToBytes(ProtocolVersion version)
    {
        var writer = new PacketWriter().UInt16(PacketId).Properties(new PropertyWriter().Users(UserProperties), version);
        foreach (var filter in Filters) writer.Text(filter);
        return writer.ToPacket(PacketType.Unsubscribe, 0b0010);
    }
}

/// <summary>UNSUBACK (MQTT 5.0 §3.11): a reason for each filter; before 5.0 there are none.</summary>
internal sealed record UnsubAckPacket(ushort PacketId, IReadOnlyList<MqttReason> Reasons)
{
    public string? ReasonString { get; init; }

    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Reads UNSUBACK's body.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static UnsubAckPacket Read(PacketFrame frame, ProtocolVersion version)
    {
        var reader = new PacketReader(frame);
        var id = reader.ReadPacketId();
        if (version < ProtocolVersion.V5)
        {
            reader.ExpectEnd();
            return new(id, []);
        }

        var (text, users) = ReasonProperties.Read(ref reader);
        var reasons = new MqttReason[reader.Remaining];
        for (var i = 0; i < reasons.Length; i++) reasons[i] = ReasonRules.Check(PacketType.UnsubAck, reader.ReadByte("reason codes"), PacketSender.Server);
        return new(id, reasons) { ReasonString = text, UserProperties = users ?? [] };
    }

    /// <summary>The whole packet as bytes.</summary>
    public byte[] ToBytes(ProtocolVersion version)
    {
        var writer = new PacketWriter().UInt16(PacketId).Properties(ReasonProperties.Of(ReasonString, UserProperties), version);
        if (version == ProtocolVersion.V5) foreach (var reason in Reasons) writer.Byte((byte)reason);
        return writer.ToPacket(PacketType.UnsubAck);
    }
}
