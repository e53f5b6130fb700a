namespace Edge.Mqtt.Wire;

/// <summary>Reads CONNECT.</summary>
internal static class ConnectReader
{
    private const string Name = "MQTT";
    private const string OldName = "MQIsdp"; // MQTT 3.1

    /// <exception cref="MqttProtocolException">It is not a CONNECT of any MQTT.</exception>
    public static ConnectPacket Read(PacketFrame frame)
    {
        var reader = new PacketReader(frame);
        if (ReadLevel(ref reader) is var level && !IsKnown(level)) return new() { Level = level };

        var version = (ProtocolVersion)level;
        var flags = reader.ReadByte("flags");
        ConnectFlags.Check(flags, version);
        var packet = new ConnectPacket
        {
            Level = level,
            CleanSession = (flags & ConnectFlags.CleanSession) != 0,
            KeepAlive = reader.ReadUInt16("keep-alive"),
        };
        if (version == ProtocolVersion.V5) packet = ReadProperties(ref reader, packet);
        packet = ReadPayload(ref reader, packet, flags);
        reader.ExpectEnd();
        return packet;
    }

    /// <summary>The version of a CONNECT that need not be well-formed behind it: to answer in the client's own tongue. Null where it is none of ours.</summary>
    public static ProtocolVersion? VersionOf(PacketFrame frame)
    {
        try
        {
            var reader = new PacketReader(frame);
            return ReadLevel(ref reader) is var level && IsKnown(level) ? (ProtocolVersion)level : null;
        }
        catch (MqttProtocolException)
        {
            return null;
        }
    }

    // The name belongs to the level: 3 is MQIsdp and nothing else. A pair that does not fit is an unknown level; 0 is nobody's.
    private static byte ReadLevel(ref PacketReader reader)
    {
        var name = reader.ReadString("protocol name");
        if (name is not (Name or OldName))
            throw new MqttProtocolException(MqttReason.UnsupportedProtocolVersion, "The protocol name is not MQTT ([MQTT-3.1.2-1]).");

        var level = reader.ReadByte("protocol level");
        return IsKnown(level) && level == (byte)ProtocolVersion.V31 != (name == OldName) ? (byte)0 : level;
    }

    private static bool IsKnown(byte level) => level is >= (byte)ProtocolVersion.V31 and <= (byte)ProtocolVersion.V5;

    private static ConnectPacket ReadProperties(ref PacketReader reader, ConnectPacket packet)
    {
        List<MqttUserProperty>? users = null;
        var properties = new PropertyReader(ref reader, PropertySets.Connect);
        while (properties.MoveNext())
        {
            if (properties.Id == PropertyId.UserProperty) properties.ReadUserProperty(ref users);
            else packet = ReadProperty(ref properties, packet);
        }

        if (packet.AuthenticationData is not null && packet.AuthenticationMethod is null)
            throw new MqttProtocolException("CONNECT with authentication data but no method (MQTT 5.0 §3.1.2.11.10).");

        return users is null ? packet : packet with { UserProperties = users };
    }

    private static ConnectPacket ReadProperty(ref PropertyReader properties, ConnectPacket packet) => properties.Id switch
    {
        PropertyId.SessionExpiry => packet with { SessionExpirySeconds = properties.ReadUInt32() },
        PropertyId.ReceiveMaximum => packet with { ReceiveMaximum = properties.ReadPositiveUInt16() },
        PropertyId.MaximumPacketSize => packet with { MaximumPacketSize = properties.ReadPositiveUInt32() },
        PropertyId.TopicAliasMaximum => packet with { TopicAliasMaximum = properties.ReadUInt16() },
        PropertyId.RequestResponseInformation => packet with { RequestResponseInformation = properties.ReadFlag() },
        PropertyId.RequestProblemInformation => packet with { RequestProblemInformation = properties.ReadFlag() },
        PropertyId.AuthenticationMethod => packet with { AuthenticationMethod = properties.ReadString() },
        _ => packet with { AuthenticationData = properties.ReadBytes().ToArray() },
    };

    private static ConnectPacket ReadPayload(ref PacketReader reader, ConnectPacket packet, byte flags)
    {
        var clientId = reader.ReadString("client identifier");

        // 3.1 names 1 to 23 characters (§3.1); longer ones do no harm, and an empty one leaves nothing to know the client by.
        if (packet.Version == ProtocolVersion.V31 && clientId.Length == 0)
            throw new MqttProtocolException(MqttReason.ClientIdentifierNotValid, "MQTT 3.1 needs a client identifier (MQTT 3.1 §3.1).");

        packet = packet with { ClientId = clientId };
        if ((flags & ConnectFlags.Will) != 0) packet = ReadWill(ref reader, packet, flags);
        if (IsThere(reader, flags & ConnectFlags.UserName, packet.Version)) packet = packet with { UserName = reader.ReadString("user name") };
        if (IsThere(reader, flags & ConnectFlags.Password, packet.Version)) packet = packet with { PasswordBytes = reader.ReadBytes("password").ToArray() };
        return packet;
    }

    // In 3.1 the packet's length counts more than these flags (MQTT 3.1 §3.1).
    private static bool IsThere(in PacketReader reader, int flag, ProtocolVersion version) =>
        flag != 0 && (version != ProtocolVersion.V31 || reader.Remaining > 0);

    private static ConnectPacket ReadWill(ref PacketReader reader, ConnectPacket packet, byte flags)
    {
        MqttMessageProperties? properties = null;
        var delay = 0u;
        if (packet.Version == ProtocolVersion.V5) properties = ReadWillProperties(ref reader, out delay);

        var topic = reader.ReadString("will topic");
        var payload = reader.ReadBytes("will message").ToArray();
        var will = new MqttMessage(topic, payload, (MqttQoS)ConnectFlags.WillQoS(flags), (flags & ConnectFlags.WillRetain) != 0) { Properties = properties };
        return packet with { Will = will, WillDelaySeconds = delay };
    }

    private static MqttMessageProperties? ReadWillProperties(ref PacketReader reader, out uint delay)
    {
        delay = 0;
        var message = new MessagePropertyReader();
        var properties = new PropertyReader(ref reader, PropertySets.Will);
        while (properties.MoveNext())
        {
            if (properties.Id == PropertyId.WillDelay) delay = properties.ReadUInt32();
            else message.Read(ref properties);
        }

        return message.Properties;
    }
}
