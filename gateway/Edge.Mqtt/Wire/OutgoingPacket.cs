using System.Buffers;
using System.Buffers.Binary;

namespace Edge.Mqtt.Wire;

/// <summary>A packet that waits to be written: a shared PUBLISH with what is its receiver's own, a short one, or ready bytes.</summary>
internal readonly record struct OutgoingPacket
{
    private readonly object? _body;
    private readonly PacketType _type;
    private readonly byte _flags;
    private readonly ushort _number;

    private OutgoingPacket(object? body, PacketType type, byte flags, ushort number) => (_body, _type, _flags, _number) = (body, type, flags, number);

    public PacketType Type => _type;

    public static OutgoingPacket PingReq { get; } = new(null, PacketType.PingReq, 0, 0);

    public static OutgoingPacket PingResp { get; } = new(null, PacketType.PingResp, 0, 0);

    public static OutgoingPacket Disconnect { get; } = new(null, PacketType.Disconnect, 0, 0);

    /// <summary>The bytes that it takes on the wire.</summary>
    public int Size => _body switch
    {
        PublishFrame frame => frame.Size((MqttQoS)(_flags >> 1 & 3)),
        byte[] bytes => bytes.Length,
        _ => HasNumber ? 4 : 2,
    };

    private bool HasNumber => _type is not (PacketType.PingReq or PacketType.PingResp or PacketType.Disconnect);

    public static OutgoingPacket Publish(PublishFrame frame, MqttQoS qos, bool retain, bool duplicate, ushort packetId) =>
        new(frame, PacketType.Publish, (byte)((duplicate ? 8 : 0) | (byte)qos << 1 | (retain ? 1 : 0)), packetId);

    /// <summary>PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK.</summary>
    public static OutgoingPacket Ack(PacketType type, ushort packetId) => new(null, type, type == PacketType.PubRel ? (byte)2 : (byte)0, packetId);

    /// <summary>CONNACK (§3.2); a session is only ever present where the client is accepted ([MQTT-3.2.2-4]).</summary>
    public static OutgoingPacket ConnAck(bool sessionPresent, byte returnCode) =>
        new(null, PacketType.ConnAck, 0, (ushort)((sessionPresent ? 0x100 : 0) | returnCode));

    /// <summary>A packet that is bytes already.</summary>
    public static OutgoingPacket Ready(PacketType type, byte[] bytes) => new(bytes, type, 0, 0);

    /// <summary>Writes it; the shape that an outbox wants.</summary>
    public static void Write(in OutgoingPacket packet, IBufferWriter<byte> output)
    {
        switch (packet._body)
        {
            case PublishFrame frame:
                frame.Write(output, packet._flags, packet._number);
                break;
            case byte[] bytes:
                output.Write(bytes);
                break;
            default:
                packet.WriteShort(output);
                break;
        }
    }

    private void WriteShort(IBufferWriter<byte> output)
    {
        var span = output.GetSpan(4);
        PacketFrame.WriteHeader(span, _type, _flags, HasNumber ? 2 : 0);
        if (HasNumber) BinaryPrimitives.WriteUInt16BigEndian(span[2..], _number);
        output.Advance(HasNumber ? 4 : 2);
    }
}
