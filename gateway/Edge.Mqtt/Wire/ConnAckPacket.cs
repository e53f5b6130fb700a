namespace Edge.Mqtt.Wire;

/// <summary>CONNACK (MQTT 5.0 §3.2). A property that is left as it is here is not sent, and means the same.</summary>
internal sealed record ConnAckPacket
{
    /// <summary>Only ever true where the client is let in ([MQTT-3.2.2-4]). MQTT 3.1 cannot tell.</summary>
    public bool SessionPresent { get; init; }

    /// <summary>In older versions it becomes a return code, and is read from one.</summary>
    public MqttReason Reason { get; init; }

    /// <summary>How long the session outlives the connection; null where the client's wish holds.</summary>
    public uint? SessionExpirySeconds { get; init; }

    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    public MqttQoS MaximumQoS { get; init; } = MqttQoS.ExactlyOnce;

    public bool RetainAvailable { get; init; } = true;

    /// <summary>The longest packet that the server takes, in bytes; 0 where it sets no limit of its own.</summary>
    public uint MaximumPacketSize { get; init; }

    /// <summary>The client identifier that the server made; null where the client has one.</summary>
    public string? AssignedClientId { get; init; }

    public ushort TopicAliasMaximum { get; init; }

    public string? ReasonString { get; init; }

    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    public bool WildcardSubscriptionsAvailable { get; init; } = true;

    public bool SubscriptionIdsAvailable { get; init; } = true;

    public bool SharedSubscriptionsAvailable { get; init; } = true;

    /// <summary>The keep-alive that the client has to use, in seconds; null where its own holds.</summary>
    public ushort? ServerKeepAlive { get; init; }

    public string? ResponseInformation { get; init; }

    public string? ServerReference { get; init; }

    public string? AuthenticationMethod { get; init; }

    public ReadOnlyMemory<byte>? AuthenticationData { get; init; }

    /// <summary>The return code of MQTT 3.1 and 3.1.1 (§3.2.2.3), which has five ways to say no.</summary>
    public static byte ReturnCodeOf(MqttReason reason) => reason switch
    {
        MqttReason.Success => 0,
        MqttReason.UnsupportedProtocolVersion => 1,
        MqttReason.ClientIdentifierNotValid => 2,
        MqttReason.BadUserNameOrPassword => 4,
        MqttReason.NotAuthorized or MqttReason.Banned or MqttReason.BadAuthenticationMethod => 5,
        _ => 3,
    };

    /// <summary>The reason that a return code stands for.</summary>
    /// <exception cref="MqttProtocolException">There is no such return code.</exception>
    public static MqttReason ReasonOf(byte returnCode) => returnCode switch
    {
        0 => MqttReason.Success,
        1 => MqttReason.UnsupportedProtocolVersion,
        2 => MqttReason.ClientIdentifierNotValid,
        3 => MqttReason.ServerUnavailable,
        4 => MqttReason.BadUserNameOrPassword,
        5 => MqttReason.NotAuthorized,
        _ => throw new MqttProtocolException($"CONNACK with return code {returnCode} (§3.2.2.3)."),
    };

    /// <summary>Reads CONNACK's body.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static ConnAckPacket Read(PacketFrame frame, ProtocolVersion version)
    {
        var reader = new PacketReader(frame);
        var flags = reader.ReadByte("flags");
        var code = reader.ReadByte("reason code");
        if (version == ProtocolVersion.V31) flags = 0; // where the byte is unused
        if (flags > 1) throw MqttProtocolException.Malformed($"CONNACK with flags {flags} (§3.2.2.1).");
        if (flags == 1 && code != 0) throw new MqttProtocolException("CONNACK with a session for a client that it refuses ([MQTT-3.2.2-4]).");

        var packet = new ConnAckPacket
        {
            SessionPresent = flags == 1,
            Reason = version == ProtocolVersion.V5 ? ReasonRules.Check(PacketType.ConnAck, code, PacketSender.Server) : ReasonOf(code),
        };
        if (version == ProtocolVersion.V5) packet = ReadProperties(ref reader, packet);
        reader.ExpectEnd();
        return packet;
    }

    /// <summary>The whole packet as bytes.</summary>
    public byte[] ToBytes(ProtocolVersion version) => new PacketWriter()
        .Byte(SessionPresent && version != ProtocolVersion.V31 ? (byte)1 : (byte)0)
        .Byte(version == ProtocolVersion.V5 ? (byte)Reason : ReturnCodeOf(Reason))
        .Properties(ToProperties(), version)
        .ToPacket(PacketType.ConnAck);

    private PropertyWriter ToProperties() => new PropertyWriter()
        .UInt32(PropertyId.SessionExpiry, SessionExpirySeconds)
        .UInt16(PropertyId.ReceiveMaximum, ReceiveMaximum, absent: ushort.MaxValue)
        .Byte(PropertyId.MaximumQoS, (byte)MaximumQoS, absent: (byte)MqttQoS.ExactlyOnce)
        .Flag(PropertyId.RetainAvailable, RetainAvailable, absent: true)
        .UInt32(PropertyId.MaximumPacketSize, MaximumPacketSize, absent: 0)
        .Text(PropertyId.AssignedClientId, AssignedClientId)
        .UInt16(PropertyId.TopicAliasMaximum, TopicAliasMaximum, absent: 0)
        .Text(PropertyId.ReasonString, ReasonString)
        .Flag(PropertyId.WildcardAvailable, WildcardSubscriptionsAvailable, absent: true)
        .Flag(PropertyId.SubscriptionIdAvailable, SubscriptionIdsAvailable, absent: true)
        .Flag(PropertyId.SharedAvailable, SharedSubscriptionsAvailable, absent: true)
        .UInt16(PropertyId.ServerKeepAlive, ServerKeepAlive)
        .Text(PropertyId.ResponseInformation, ResponseInformation)
        .Text(PropertyId.ServerReference, ServerReference)
        .Text(PropertyId.AuthenticationMethod, AuthenticationMethod)
        .Binary(PropertyId.AuthenticationData, AuthenticationData)
        .Users(UserProperties);

    private static ConnAckPacket ReadProperties(ref PacketReader reader, ConnAckPacket packet)
    {
        List<MqttUserProperty>? users = null;
        var properties = new PropertyReader(ref reader, PropertySets.ConnAck);
        while (properties.MoveNext())
        {
            if (properties.Id == PropertyId.UserProperty) properties.ReadUserProperty(ref users);
            else packet = ReadProperty(ref properties, packet);
        }

        if (packet.AuthenticationData is not null && packet.AuthenticationMethod is null)
            throw new MqttProtocolException("CONNACK with authentication data but no method (MQTT 5.0 §3.2.2.3.18).");

        return users is null ? packet : packet with { UserProperties = users };
    }

    private static ConnAckPacket ReadProperty(ref PropertyReader properties, ConnAckPacket packet) => properties.Id switch
    {
        PropertyId.SessionExpiry => packet with { SessionExpirySeconds = properties.ReadUInt32() },
        PropertyId.ReceiveMaximum => packet with { ReceiveMaximum = properties.ReadPositiveUInt16() },
        PropertyId.MaximumQoS => packet with { MaximumQoS = properties.ReadFlag() ? MqttQoS.AtLeastOnce : MqttQoS.AtMostOnce },
        PropertyId.RetainAvailable => packet with { RetainAvailable = properties.ReadFlag() },
        PropertyId.MaximumPacketSize => packet with { MaximumPacketSize = properties.ReadPositiveUInt32() },
        PropertyId.AssignedClientId => packet with { AssignedClientId = properties.ReadString() },
        PropertyId.TopicAliasMaximum => packet with { TopicAliasMaximum = properties.ReadUInt16() },
        PropertyId.ReasonString => packet with { ReasonString = properties.ReadString() },
        PropertyId.WildcardAvailable => packet with { WildcardSubscriptionsAvailable = properties.ReadFlag() },
        PropertyId.SubscriptionIdAvailable => packet with { SubscriptionIdsAvailable = properties.ReadFlag() },
        PropertyId.SharedAvailable => packet with { SharedSubscriptionsAvailable = properties.ReadFlag() },
        PropertyId.ServerKeepAlive => packet with { ServerKeepAlive = properties.ReadUInt16() },
        PropertyId.ResponseInformation => packet with { ResponseInformation = properties.ReadString() },
        PropertyId.ServerReference => packet with { ServerReference = properties.ReadString() },
        PropertyId.AuthenticationMethod => packet with { AuthenticationMethod = properties.ReadString() },
        _ => packet with { AuthenticationData = properties.ReadBytes().ToArray() },
    };
}
