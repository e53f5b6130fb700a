namespace Edge.Mqtt.Wire;

/// <summary>The flags of CONNECT (MQTT 5.0 §3.1.2.3).</summary>
internal static class ConnectFlags
{
    public const byte Reserved = 0x01;
    public const byte CleanSession = 0x02;
    public const byte Will = 0x04;
    public const int WillQoSShift = 3;
    public const byte WillRetain = 0x20;
    public const byte Password = 0x40;
    public const byte UserName = 0x80;

    /// <summary>Checks that the flags fit each other.</summary>
    /// <exception cref="MqttProtocolException">They do not.</exception>
    public static void Check(byte flags, ProtocolVersion version)
    {
        var willQoS = WillQoS(flags);
        if (willQoS == 3) throw MqttProtocolException.Malformed("A will of QoS 3 ([MQTT-3.1.2-14]).");
        if (version == ProtocolVersion.V31) return; // which tells receivers to look at nothing else

        if ((flags & Reserved) != 0) throw MqttProtocolException.Malformed("CONNECT with its reserved flag set ([MQTT-3.1.2-3]).");
        if (version < ProtocolVersion.V5 && (flags & UserName) == 0 && (flags & Password) != 0)
            throw MqttProtocolException.Malformed("CONNECT with a password but no user name ([MQTT-3.1.2-22]).");
        if ((flags & Will) == 0 && (willQoS != 0 || (flags & WillRetain) != 0))
            throw MqttProtocolException.Malformed("Will flags without a will ([MQTT-3.1.2-13], [MQTT-3.1.2-15]).");
    }

    public static int WillQoS(byte flags) => flags >> WillQoSShift & 3;

    public static byte Of(ConnectPacket packet)
    {
        var flags = packet.CleanSession ? CleanSession : 0;
        if (packet.Will is { } will) flags |= Will | (byte)will.QoS << WillQoSShift | (will.Retain ? WillRetain : 0);
        if (packet.UserName is not null) flags |= UserName;
        if (packet.PasswordBytes is not null) flags |= Password;
        return (byte)flags;
    }
}
