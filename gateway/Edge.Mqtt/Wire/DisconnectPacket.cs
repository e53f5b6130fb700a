namespace Edge.Mqtt.Wire;

/// <summary>DISCONNECT (MQTT 5.0 §3.14). Before 5.0 it is the client's alone, and empty.</summary>
internal sealed record DisconnectPacket
{
    public MqttReason Reason { get; init; }

    /// <summary>A client's last word on how long its session is kept; null: as in CONNECT.</summary>
    public uint? SessionExpirySeconds { get; init; }

    public string? ReasonString { get; init; }

    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>A server's hint where to go instead.</summary>
    public string? ServerReference { get; init; }

    /// <summary>Reads DISCONNECT's body.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static DisconnectPacket Read(PacketFrame frame, ProtocolVersion version, PacketSender sender = PacketSender.Client)
    {
        var reader = new PacketReader(frame);
        if (version < ProtocolVersion.V5) reader.ExpectEnd();

        var packet = new DisconnectPacket();
        if (reader.Remaining == 0) return packet; // which means success (§3.14.2.1)

        packet = packet with { Reason = ReasonRules.Check(PacketType.Disconnect, reader.ReadByte("reason code"), sender) };
        if (reader.Remaining > 0) packet = ReadProperties(ref reader, packet, sender);
        reader.ExpectEnd();
        return packet;
    }

    /// <summary>The whole packet as bytes. A reason code always has the length of its properties behind it, which some clients look for though it may be left out.</summary>
    public byte[] ToBytes(ProtocolVersion version)
    {
        var properties = new PropertyWriter()
            .UInt32(PropertyId.SessionExpiry, SessionExpirySeconds)
            .Text(PropertyId.ReasonString, ReasonString)
            .Text(PropertyId.ServerReference, ServerReference)
            .Users(UserProperties);
        var writer = new PacketWriter();
        if (version == ProtocolVersion.V5 && (Reason != MqttReason.Success || properties.Length > 0)) writer.Byte((byte)Reason).Properties(properties, version);
        return writer.ToPacket(PacketType.Disconnect);
    }

    private static DisconnectPacket ReadProperties(ref PacketReader reader, DisconnectPacket packet, PacketSender sender)
    {
        List<MqttUserProperty>? users = null;
        var properties = new PropertyReader(ref reader, sender == PacketSender.Client ? PropertySets.DisconnectOfClient : PropertySets.DisconnectOfServer);
        while (properties.MoveNext())
        {
            switch (properties.Id)
            {
                case PropertyId.SessionExpiry:
                    packet = packet with { SessionExpirySeconds = properties.ReadUInt32() };
                    break;
                case PropertyId.ReasonString:
                    packet = packet with { ReasonString = properties.ReadString() };
                    break;
                case PropertyId.ServerReference:
                    packet = packet with { ServerReference = properties.ReadString() };
                    break;
                default:
                    properties.ReadUserProperty(ref users);
                    break;
            }
        }

        return users is null ? packet : packet with { UserProperties = users };
    }
}
