using System.Buffers;

namespace Edge.Mqtt.Wire;

/// <summary>One control packet, cut out of the stream: its fixed header taken apart, its body still bytes (MQTT 3.1.1 §2.2).</summary>
internal readonly record struct PacketFrame(PacketType Type, byte Flags, ReadOnlySequence<byte> Body)
{
    /// <summary>The longest body that the length field can tell (§2.2.3).</summary>
    public const int MaxBody = 268_435_455;

    private const int MaxLengthBytes = 4;

    /// <summary>Takes one packet off the front of <paramref name="buffer"/>; leaves it untouched until the packet is whole.</summary>
    /// <param name="buffer">What has arrived.</param>
    /// <param name="maxBytes">The most that a whole packet may have: refused as soon as its length is known, not when it has arrived.</param>
    /// <param name="frame">The packet; its body points into the buffer.</param>
    /// <exception cref="MqttProtocolException">A type, flags or length that MQTT does not know, or a packet beyond the limit.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxBytes, out PacketFrame frame)
    {
        frame = default;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out var first)) return false;

        var (type, flags) = ((PacketType)(first >> 4), (byte)(first & 0x0F));
        CheckHeader(type, flags);
        if (!TryReadLength(ref reader, out var length)) return false;

        if (reader.Consumed + length > maxBytes)
            throw new MqttProtocolException($"{type} of {reader.Consumed + length} bytes is longer than mqtt:maxPacketBytes ({maxBytes}).") { IsLimit = true };

        if (reader.Remaining < length) return false;

        frame = new(type, flags, buffer.Slice(reader.Consumed, length));
        buffer = buffer.Slice(reader.Consumed + length);
        return true;
    }

    /// <summary>The number of bytes that the length field takes for a body of <paramref name="length"/> bytes.</summary>
    public static int LengthBytes(int length) => length switch
    {
        < 128 => 1,
        < 16_384 => 2,
        < 2_097_152 => 3,
        _ => 4,
    };

    /// <summary>Writes the fixed header; the number of bytes it took.</summary>
    public static int WriteHeader(Span<byte> output, PacketType type, byte flags, int length)
    {
        output[0] = (byte)((byte)type << 4 | flags);
        var at = 1;
        do
        {
            var rest = length >> 7;
            output[at++] = (byte)(length & 0x7F | (rest > 0 ? 0x80 : 0));
            length = rest;
        }
        while (length > 0);
        return at;
    }

    private static bool TryReadLength(ref SequenceReader<byte> reader, out int length)
    {
        length = 0;
        for (var i = 0; i < MaxLengthBytes; i++)
        {
            if (!reader.TryRead(out var part)) return false;

            length |= (part & 0x7F) << (7 * i);
            if ((part & 0x80) == 0) return true;
        }

        throw new MqttProtocolException("A remaining length of more than four bytes (§2.2.3).");
    }

    // The flags are fixed for all but PUBLISH; anything else must be refused ([MQTT-2.2.2-2]).
    private static void CheckHeader(PacketType type, byte flags)
    {
        if (type is < PacketType.Connect or > PacketType.Disconnect)
            throw new MqttProtocolException($"Packet type {(byte)type} is not of MQTT 3.1.1 (§2.2.1).");
        if (type == PacketType.Publish) return;

        var expected = type is PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe ? 0b0010 : 0;
        if (flags != expected) throw new MqttProtocolException($"{type} with flags {flags} ([MQTT-2.2.2-2]).");
    }
}
