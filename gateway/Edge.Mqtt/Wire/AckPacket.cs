using System.Buffers.Binary;

namespace Edge.Mqtt.Wire;

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP (MQTT 5.0 §3.4 to §3.7). Before 5.0 the packet identifier is all that it says.</summary>
internal readonly record struct AckPacket(
    PacketType Type,
    ushort PacketId,
    MqttReason Reason = MqttReason.Success,
    string? ReasonString = null,
    IReadOnlyList<MqttUserProperty>? UserProperties = null)
{
    private bool HasProperties => ReasonString is not null || UserProperties is { Count: > 0 };

    /// <summary>Reads the packet's body.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static AckPacket Read(PacketFrame frame, ProtocolVersion version)
    {
        frame.CheckDuplicate(version);
        var reader = new PacketReader(frame);
        var id = reader.ReadPacketId();

        // Success needs no reason code, and nothing to say needs no property length (§3.4.2.1, §3.4.2.2.1).
        if (version == ProtocolVersion.V5 && reader.Remaining > 0) return ReadReason(ref reader, id);

        reader.ExpectEnd();
        return new(frame.Type, id);
    }

    /// <summary>The bytes of the whole packet.</summary>
    public int Size(ProtocolVersion version)
    {
        if (version < ProtocolVersion.V5 || (Reason == MqttReason.Success && !HasProperties)) return 4;
        return HasProperties ? ToBytes(version).Length : 6;
    }

    /// <summary>Writes the whole packet, which takes <see cref="Size"/> bytes; allocates only where it has properties.</summary>
    public int Write(Span<byte> output, ProtocolVersion version)
    {
        var isV5 = version == ProtocolVersion.V5;
        if (isV5 && HasProperties)
        {
            var bytes = ToBytes(version);
            bytes.CopyTo(output);
            return bytes.Length;
        }

        var hasReason = isV5 && Reason != MqttReason.Success;
        output[0] = (byte)((byte)Type << 4 | Flags);
        output[1] = hasReason ? (byte)4 : (byte)2;
        BinaryPrimitives.WriteUInt16BigEndian(output[2..], PacketId);
        if (!hasReason) return 4;

        // The property length might be left out, but a client on many boards looks for it behind every reason code.
        output[4] = (byte)Reason;
        output[5] = 0;
        return 6;
    }

    /// <summary>The whole packet as bytes.</summary>
    public byte[] ToBytes(ProtocolVersion version)
    {
        if (version == ProtocolVersion.V5 && HasProperties)
        {
            var properties = ReasonProperties.Of(ReasonString, UserProperties);
            return new PacketWriter().UInt16(PacketId).Byte((byte)Reason).Properties(properties, version).ToPacket(Type, Flags);
        }

        var bytes = new byte[Size(version)];
        Write(bytes, version);
        return bytes;
    }

    private byte Flags => Type == PacketType.PubRel ? (byte)0b0010 : (byte)0;

    private static AckPacket ReadReason(ref PacketReader reader, ushort id)
    {
        var reason = ReasonRules.Check(reader.Type, reader.ReadByte("reason code"));
        if (reader.Remaining == 0) return new(reader.Type, id, reason);

        var (text, users) = ReasonProperties.Read(ref reader);
        reader.ExpectEnd();
        return new(reader.Type, id, reason, text, users);
    }
}
