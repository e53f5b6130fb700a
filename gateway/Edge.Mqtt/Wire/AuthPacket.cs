namespace Edge.Mqtt.Wire;

/// <summary>AUTH (MQTT 5.0 §3.15): one step of an enhanced authentication.</summary>
internal sealed record AuthPacket(MqttReason Reason)
{
    /// <summary>The method of CONNECT; null only in an AUTH without anything, which means success.</summary>
    public string? Method { get; init; }

    public ReadOnlyMemory<byte>? Data { get; init; }

    public string? ReasonString { get; init; }

    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Reads AUTH's body.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static AuthPacket Read(PacketFrame frame, ProtocolVersion version, PacketSender sender = PacketSender.Client)
    {
        if (version < ProtocolVersion.V5) throw MqttProtocolException.Malformed("Packet type 15 is not of MQTT 3.1.1 (§2.2.1).");

        var reader = new PacketReader(frame);
        var code = reader.Remaining == 0 ? (byte)MqttReason.Success : reader.ReadByte("reason code"); // §3.15.2.1
        var packet = new AuthPacket(ReasonRules.Check(PacketType.Auth, code, sender));
        if (frame.Body.IsEmpty) return packet;

        packet = ReadProperties(ref reader, packet);
        reader.ExpectEnd();
        return packet.Method is not null ? packet : throw new MqttProtocolException("AUTH without a method (MQTT 5.0 §3.15.2.2.2).");
    }

    /// <summary>The whole packet as bytes; there is no such packet before MQTT 5.0.</summary>
    public byte[] ToBytes(ProtocolVersion version = ProtocolVersion.V5)
    {
        var properties = new PropertyWriter()
            .Text(PropertyId.AuthenticationMethod, Method)
            .Binary(PropertyId.AuthenticationData, Data)
            .Text(PropertyId.ReasonString, ReasonString)
            .Users(UserProperties);
        var writer = new PacketWriter();
        if (Reason != MqttReason.Success || properties.Length > 0) writer.Byte((byte)Reason).Properties(properties, version);
        return writer.ToPacket(PacketType.Auth);
    }

    private static AuthPacket ReadProperties(ref PacketReader reader, AuthPacket packet)
    {
        List<MqttUserProperty>? users = null;
        var properties = new PropertyReader(ref reader, PropertySets.Auth);
        while (properties.MoveNext())
        {
            switch (properties.Id)
            {
                case PropertyId.AuthenticationMethod:
                    packet = packet with { Method = properties.ReadString() };
                    break;
                case PropertyId.AuthenticationData:
                    packet = packet with { Data = properties.ReadBytes().ToArray() };
                    break;
                case PropertyId.ReasonString:
                    packet = packet with { ReasonString = properties.ReadString() };
                    break;
                default:
                    properties.ReadUserProperty(ref users);
                    break;
            }
        }

        return users is null ? packet : packet with { UserProperties = users };
    }
}
