using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Edge.Mqtt.Wire;

/// <summary>Collects a packet's body, and puts its header before it. For the packets that are rare; PUBLISH and its acknowledgements go another way.</summary>
internal sealed class PacketWriter
{
    private readonly ArrayBufferWriter<byte> _body = new(64);

    public int Length => _body.WrittenCount;

    public ReadOnlySpan<byte> Bytes => _body.WrittenSpan;

    public PacketWriter Byte(byte value)
    {
        _body.GetSpan(1)[0] = value;
        _body.Advance(1);
        return this;
    }

    public PacketWriter UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_body.GetSpan(2), value);
        _body.Advance(2);
        return this;
    }

    public PacketWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_body.GetSpan(4), value);
        _body.Advance(4);
        return this;
    }

    public PacketWriter Variable(int value)
    {
        _body.Advance(VariableInteger.Write(_body.GetSpan(VariableInteger.MaxBytes), value));
        return this;
    }

    public PacketWriter Text(string value)
    {
        UInt16(Short(Encoding.UTF8.GetByteCount(value)));
        Encoding.UTF8.GetBytes(value, _body);
        return this;
    }

    public PacketWriter Binary(ReadOnlySpan<byte> value)
    {
        UInt16(Short(value.Length));
        _body.Write(value);
        return this;
    }

    /// <summary>A property section with its length; nothing before MQTT 5.0.</summary>
    public PacketWriter Properties(PropertyWriter properties, ProtocolVersion version)
    {
        if (version < ProtocolVersion.V5) return this;

        Variable(properties.Length);
        _body.Write(properties.Bytes);
        return this;
    }

    /// <summary>The whole packet.</summary>
    public byte[] ToPacket(PacketType type, byte flags = 0)
    {
        var packet = new byte[PacketFrame.Size(Length)];
        var at = PacketFrame.WriteHeader(packet, type, flags, Length);
        Bytes.CopyTo(packet.AsSpan(at));
        return packet;
    }

    private static ushort Short(int bytes) =>
        bytes <= ushort.MaxValue ? (ushort)bytes : throw new ArgumentException($"A field of {bytes} bytes: MQTT's have 65535 at most.", nameof(bytes));
}
