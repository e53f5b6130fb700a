namespace Edge.Mqtt.Wire;

/// <summary>The packets that carry a packet identifier and nothing else, and CONNACK.</summary>
internal static class AckPacket
{
    /// <summary>Reads the identifier of PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static ushort ReadPacketId(PacketFrame frame)
    {
        var reader = new PacketReader(frame);
        var id = reader.ReadPacketId();
        reader.ExpectEnd();
        return id;
    }

    /// <summary>Checks that PINGREQ, PINGRESP or DISCONNECT is empty.</summary>
    /// <exception cref="MqttProtocolException">It is not.</exception>
    public static void ExpectEmpty(PacketFrame frame) => new PacketReader(frame).ExpectEnd();

    /// <summary>Reads CONNACK (§3.2).</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static (bool SessionPresent, byte ReturnCode) ReadConnAck(PacketFrame frame)
    {
        var reader = new PacketReader(frame);
        var flags = reader.ReadByte("flags");
        var code = reader.ReadByte("return code");
        reader.ExpectEnd();
        if (flags > 1 || (flags == 1 && code != 0)) throw new MqttProtocolException("CONNACK with flags that do not fit ([MQTT-3.2.2-4]).");
        return (flags == 1, code);
    }
}
