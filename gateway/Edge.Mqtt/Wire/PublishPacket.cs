using System.Buffers;

namespace Edge.Mqtt.Wire;

/// <summary>PUBLISH as it came in (MQTT 3.1.1 §3.3); the payload points into the connection's buffer.</summary>
internal readonly record struct PublishPacket(string Topic, ReadOnlySequence<byte> Payload, MqttQoS QoS, bool Retain, bool IsDuplicate, ushort PacketId)
{
    /// <summary>Reads PUBLISH's body.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static PublishPacket Read(PacketFrame frame, StringCache topics)
    {
        var qos = (MqttQoS)(frame.Flags >> 1 & 3);
        var isDuplicate = (frame.Flags & 0x08) != 0;
        if (qos > MqttQoS.ExactlyOnce) throw new MqttProtocolException("PUBLISH with QoS 3 ([MQTT-3.3.1-4]).");
        if (isDuplicate && qos == MqttQoS.AtMostOnce) throw new MqttProtocolException("PUBLISH with QoS 0 and DUP ([MQTT-3.3.1-2]).");

        var reader = new PacketReader(frame);
        var topic = reader.ReadString("topic", topics);
        if (topic.Length == 0) throw new MqttProtocolException("PUBLISH without a topic ([MQTT-4.7.3-1]).");
        if (topic.AsSpan().ContainsAny('+', '#')) throw new MqttProtocolException("PUBLISH to a topic with wildcards ([MQTT-3.3.2-2]).");

        var id = qos == MqttQoS.AtMostOnce ? (ushort)0 : reader.ReadPacketId();
        return new(topic, reader.ReadRest(), qos, (frame.Flags & 0x01) != 0, isDuplicate, id);
    }
}
