using System.Buffers;

namespace Edge.Mqtt.Wire;

/// <summary>One control packet, cut out of the stream: its fixed header taken apart, its body still bytes (MQTT 5.0 §2.1).</summary>
internal readonly record struct PacketFrame(PacketType Type, byte Flags, ReadOnlyMemory<byte> Body)
{
    /// <summary>The longest packet: the largest length that the header can tell, and the header itself (§2.1.4).</summary>
    public const int MaxBytes = VariableInteger.Max + MaxHeaderBytes;

    public const int MaxHeaderBytes = 1 + VariableInteger.MaxBytes;

    private const byte DuplicateFlag = 0x08;

    /// <summary>Takes one packet off the front of <paramref name="buffer"/>; leaves it untouched until the packet is whole.</summary>
    /// <param name="buffer">What has arrived.</param>
    /// <param name="maxBytes">The most that a whole packet may have: refused as soon as its length is known, not when it has arrived.</param>
    /// <param name="frame">The packet; its body points into the buffer, or is a copy where it lay in several pieces.</param>
    /// <exception cref="MqttProtocolException">A type, flags or length that no MQTT knows, or a packet beyond the limit.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxBytes, out PacketFrame frame)
    {
        frame = default;
        scoped var head = buffer.FirstSpan;
        if (head.Length < MaxHeaderBytes && !buffer.IsSingleSegment) head = Join(buffer, stackalloc byte[MaxHeaderBytes]);
        if (head.IsEmpty) return false;

        var (type, flags) = ((PacketType)(head[0] >> 4), (byte)(head[0] & 0x0F));
        CheckHeader(type, flags);
        var lengthBytes = VariableInteger.Read(head[1..], out var length);
        if (lengthBytes <= 0) return lengthBytes < 0 && LengthTooLong();

        var whole = 1 + lengthBytes + (long)length;
        if (whole > maxBytes) throw TooLarge(type, whole, maxBytes);
        var first = buffer.First;
        if (first.Length < whole && buffer.Length < whole) return false;

        frame = new(type, flags, first.Length >= whole ? first.Slice(1 + lengthBytes, length) : buffer.Slice(1 + lengthBytes, length).ToArray());
        buffer = buffer.Slice(whole);
        return true;
    }

    /// <summary>The bytes of a whole packet with a body of <paramref name="bodyLength"/> bytes.</summary>
    public static int Size(int bodyLength) => 1 + VariableInteger.Size(bodyLength) + bodyLength;

    /// <summary>Writes the fixed header; the number of bytes it took.</summary>
    public static int WriteHeader(Span<byte> output, PacketType type, byte flags, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, VariableInteger.Max);
        output[0] = (byte)((byte)type << 4 | flags);
        return 1 + VariableInteger.Write(output[1..], length);
    }

    /// <summary>Checks what PINGREQ and PINGRESP are: nothing but a header.</summary>
    /// <exception cref="MqttProtocolException">They are more.</exception>
    public void ExpectEmpty() => new PacketReader(this).ExpectEnd();

    /// <summary>PUBREL, SUBSCRIBE and UNSUBSCRIBE may be repeated with DUP in MQTT 3.1, and only there (MQTT 3.1 §2.1).</summary>
    /// <exception cref="MqttProtocolException">DUP in a later version.</exception>
    public void CheckDuplicate(ProtocolVersion version)
    {
        if ((Flags & DuplicateFlag) != 0 && version != ProtocolVersion.V31) throw WrongFlags(Type, Flags);
    }

    // The flags are fixed for all but PUBLISH; anything else must be refused ([MQTT-2.2.2-2]; [MQTT-2.1.3-1] in 5.0).
    private static void CheckHeader(PacketType type, byte flags)
    {
        if (type == PacketType.Publish) return;
        if (type < PacketType.Connect) throw MqttProtocolException.Malformed("Packet type 0 is reserved (§2.2.1).");

        var isRequest = type is PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe;
        if (isRequest ? (flags & ~DuplicateFlag) != 0b0010 : flags != 0) throw WrongFlags(type, flags);
    }

    private static ReadOnlySpan<byte> Join(in ReadOnlySequence<byte> buffer, Span<byte> head)
    {
        var length = (int)Math.Min(buffer.Length, head.Length);
        buffer.Slice(0, length).CopyTo(head);
        return head[..length];
    }

    private static bool LengthTooLong() => throw MqttProtocolException.Malformed("A remaining length of more than four bytes (§2.2.3).");

    private static MqttProtocolException WrongFlags(PacketType type, byte flags) =>
        MqttProtocolException.Malformed($"{type} with flags {flags} ([MQTT-2.2.2-2]).");

    private static MqttProtocolException TooLarge(PacketType type, long bytes, int max) =>
        new(MqttReason.PacketTooLarge, $"{type} of {bytes} bytes is longer than mqtt:maxPacketBytes ({max}).") { IsLimit = true };
}
