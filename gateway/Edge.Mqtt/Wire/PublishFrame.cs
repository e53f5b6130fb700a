using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Edge.Mqtt.Wire;

/// <summary>PUBLISH on its way out: what is the same for every receiver is encoded once, and shared.</summary>
internal sealed class PublishFrame
{
    private readonly byte[] _topic; // with its length before it

    public PublishFrame(MqttMessage message)
    {
        Message = message;
        var bytes = Encoding.UTF8.GetByteCount(message.Topic);
        _topic = new byte[2 + bytes];
        BinaryPrimitives.WriteUInt16BigEndian(_topic, checked((ushort)bytes));
        Encoding.UTF8.GetBytes(message.Topic, _topic.AsSpan(2));
    }

    public MqttMessage Message { get; }

    /// <summary>The bytes of the whole packet.</summary>
    public int Size(MqttQoS qos)
    {
        var body = BodyLength(qos);
        return PacketFrame.Size(body);
    }

    public void Write(IBufferWriter<byte> output, byte flags, ushort packetId)
    {
        var qos = (MqttQoS)(flags >> 1 & 3);
        var head = output.GetSpan(5 + _topic.Length + 2);
        var at = PacketFrame.WriteHeader(head, PacketType.Publish, flags, BodyLength(qos));
        _topic.CopyTo(head[at..]);
        at += _topic.Length;
        if (qos > MqttQoS.AtMostOnce)
        {
            BinaryPrimitives.WriteUInt16BigEndian(head[at..], packetId);
            at += 2;
        }

        output.Advance(at);
        output.Write(Message.Payload.Span);
    }

    private int BodyLength(MqttQoS qos) => _topic.Length + (qos > MqttQoS.AtMostOnce ? 2 : 0) + Message.Payload.Length;
}
