using System.Buffers;
using System.Text;

namespace Edge.Mqtt.Wire;

/// <summary>Reads the fields of one packet's body; a body that ends early or goes on too long is a violation.</summary>
internal ref struct PacketReader(PacketFrame frame, ProtocolVersion version = ProtocolVersion.V311)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly PacketType _type = frame.Type;
    private SequenceReader<byte> _reader = new(frame.Body);

    public readonly ProtocolVersion Version { get; } = version;

    public readonly long Remaining => _reader.Remaining;

    public byte ReadByte(string field) => _reader.TryRead(out var value) ? value : throw EndsEarly(field);

    public ushort ReadUInt16(string field) => _reader.TryReadBigEndian(out short value) ? (ushort)value : throw EndsEarly(field);

    /// <summary>A packet identifier, which is never 0 ([MQTT-2.3.1-1]).</summary>
    public ushort ReadPacketId() =>
        ReadUInt16("packet identifier") is var id and not 0 ? id : throw new MqttProtocolException($"{_type} with packet identifier 0 ([MQTT-2.3.1-1]).");

    /// <summary>A string: well-formed UTF-8 without U+0000 ([MQTT-1.5.3-1], [MQTT-1.5.3-2]).</summary>
    public string ReadString(string field) => Decode(ReadBytes(field), field);

    /// <summary>As <see cref="ReadString"/>, without a new string for one that the cache holds.</summary>
    public string ReadString(string field, StringCache cache)
    {
        var bytes = ReadBytes(field);
        if (!bytes.IsSingleSegment) return Decode(bytes, field);

        if (cache.Find(bytes.FirstSpan) is { } known) return known;

        var text = Decode(bytes, field);
        cache.Add(bytes.FirstSpan, text);
        return text;
    }

    /// <summary>Bytes with a two-byte length before them (§1.5.3, §3.1.3.5).</summary>
    public ReadOnlySequence<byte> ReadBytes(string field)
    {
        var length = ReadUInt16(field);
        return _reader.TryReadExact(length, out var bytes) ? bytes : throw EndsEarly(field);
    }

    public ReadOnlySequence<byte> ReadRest()
    {
        var rest = _reader.UnreadSequence;
        _reader.AdvanceToEnd();
        return rest;
    }

    public readonly void ExpectEnd()
    {
        if (_reader.Remaining > 0) throw new MqttProtocolException($"{_type} goes on for {_reader.Remaining} bytes after its end.");
    }

    private readonly MqttProtocolException EndsEarly(string field) => new($"{_type} ends within its {field}.");

    private readonly string Decode(in ReadOnlySequence<byte> bytes, string field)
    {
        try
        {
            var text = StrictUtf8.GetString(bytes);
            return !text.Contains('\0') ? text : throw new MqttProtocolException($"The {field} of {_type} contains U+0000 ([MQTT-1.5.3-2]).");
        }
        catch (DecoderFallbackException e)
        {
            throw new MqttProtocolException($"The {field} of {_type} is not UTF-8 ([MQTT-1.5.3-1]).", e);
        }
    }
}
