namespace Edge.Mqtt.Wire;

/// <summary>SUBACK (MQTT 5.0 §3.9): for each filter the granted QoS, or why not.</summary>
internal sealed record SubAckPacket(ushort PacketId, IReadOnlyList<MqttReason> Reasons)
{
    public string? ReasonString { get; init; }

    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Reads SUBACK's body.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static SubAckPacket Read(PacketFrame frame, ProtocolVersion version)
    {
        var reader = new PacketReader(frame);
        var id = reader.ReadPacketId();
        var (text, users) = version == ProtocolVersion.V5 ? ReasonProperties.Read(ref reader) : default;
        var reasons = new MqttReason[reader.Remaining];
        for (var i = 0; i < reasons.Length; i++) reasons[i] = Check(reader.ReadByte("reason codes"), version);
        return new(id, reasons) { ReasonString = text, UserProperties = users ?? [] };
    }

    /// <summary>The whole packet as bytes.</summary>
    public byte[] ToBytes(ProtocolVersion version)
    {
        var writer = new PacketWriter().UInt16(PacketId).Properties(ReasonProperties.Of(ReasonString, UserProperties), version);
        foreach (var reason in Reasons) writer.Byte(version == ProtocolVersion.V5 ? (byte)reason : ReturnCodeOf(reason));
        return writer.ToPacket(PacketType.SubAck);
    }

    // 3.1.1 has one failure. 3.1 has none: there a client reads the two lowest bits, and sees QoS 0.
    private static byte ReturnCodeOf(MqttReason reason) => reason >= MqttReason.UnspecifiedError ? (byte)MqttReason.UnspecifiedError : (byte)reason;

    private static MqttReason Check(byte code, ProtocolVersion version)
    {
        if (version == ProtocolVersion.V5) return ReasonRules.Check(PacketType.SubAck, code, PacketSender.Server);

        return (MqttReason)code is <= MqttReason.GrantedQoS2 or MqttReason.UnspecifiedError
            ? (MqttReason)code
            : throw new MqttProtocolException($"SUBACK with code {code} ([MQTT-3.9.3-2]).");
    }
}
