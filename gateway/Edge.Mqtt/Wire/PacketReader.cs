using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Edge.Mqtt.Wire;

/// <summary>Reads the fields of one packet's body; a body that ends early or goes on too long is a violation. A rule that several versions
/// share is named by its number in MQTT 3.1.1.</summary>
internal ref struct PacketReader
{
    private readonly ReadOnlySpan<byte> _body;
    private int _at;

    public PacketReader(PacketFrame frame) : this(frame.Type, frame.Body.Span)
    {
    }

    public PacketReader(PacketType type, ReadOnlySpan<byte> body)
    {
        Type = type;
        _body = body;
    }

    public PacketType Type { get; }

    /// <summary>The bytes read so far.</summary>
    public readonly int Position => _at;

    public readonly int Remaining => _body.Length - _at;

    public byte ReadByte(string field) => Take(1, field)[0];

    public ushort ReadUInt16(string field) => BinaryPrimitives.ReadUInt16BigEndian(Take(2, field));

    public uint ReadUInt32(string field) => BinaryPrimitives.ReadUInt32BigEndian(Take(4, field));

    /// <summary>A variable byte integer.</summary>
    public int ReadVariable(string field)
    {
        var bytes = VariableInteger.Read(_body[_at..], out var value);
        if (bytes == 0) throw EndsEarly(field);
        if (bytes < 0) throw MqttProtocolException.Malformed($"The {field} of {Type} has more than four bytes (MQTT 5.0 §1.5.5).");

        _at += bytes;
        return value;
    }

    /// <summary>A packet identifier, which is never 0 ([MQTT-2.3.1-1]).</summary>
    public ushort ReadPacketId()
    {
        var id = ReadUInt16("packet identifier");
        return id != 0 ? id : throw new MqttProtocolException($"{Type} with packet identifier 0 ([MQTT-2.3.1-1]).");
    }

    /// <summary>A string: well-formed UTF-8 without U+0000 ([MQTT-1.5.3-1], [MQTT-1.5.3-2]).</summary>
    public string ReadString(string field) => Encoding.UTF8.GetString(ReadUtf8(field));

    /// <summary>A string's bytes, checked as <see cref="ReadString"/> does.</summary>
    public ReadOnlySpan<byte> ReadUtf8(string field)
    {
        var bytes = ReadBytes(field);
        CheckText(bytes, Type, field);
        return bytes;
    }

    /// <summary>Bytes with a two-byte length before them (MQTT 5.0 §1.5.6).</summary>
    public ReadOnlySpan<byte> ReadBytes(string field) => Take(ReadUInt16(field), field);

    /// <summary>The next <paramref name="count"/> bytes.</summary>
    public ReadOnlySpan<byte> Take(int count, string field)
    {
        if (count > Remaining) throw EndsEarly(field);

        var bytes = _body.Slice(_at, count);
        _at += count;
        return bytes;
    }

    public readonly void ExpectEnd()
    {
        if (Remaining > 0) throw MqttProtocolException.Malformed($"{Type} goes on for {Remaining} bytes after its end.");
    }

    /// <summary>Checks that bytes are well-formed UTF-8, which has no surrogates, and without U+0000.</summary>
    /// <exception cref="MqttProtocolException">They are not.</exception>
    public static void CheckText(ReadOnlySpan<byte> bytes, PacketType type, string field)
    {
        if (!Utf8.IsValid(bytes)) throw MqttProtocolException.Malformed($"The {field} of {type} is not UTF-8 ([MQTT-1.5.3-1]).");
        if (bytes.Contains((byte)0)) throw MqttProtocolException.Malformed($"The {field} of {type} contains U+0000 ([MQTT-1.5.3-2]).");
    }

    private readonly MqttProtocolException EndsEarly(string field) => MqttProtocolException.Malformed($"{Type} ends within its {field}.");
}
