using System.Buffers.Binary;
using System.Text;

namespace Edge.Mqtt.Wire;

/// <summary>One line of a SUBSCRIBE.</summary>
internal readonly record struct SubscribeEntry(string Filter, MqttQoS QoS);

/// <summary>SUBSCRIBE (MQTT 3.1.1 §3.8).</summary>
internal sealed record SubscribePacket(ushort PacketId, IReadOnlyList<SubscribeEntry> Entries)
{
    /// <summary>Reads SUBSCRIBE's body; more than <paramref name="maxEntries"/> entries are refused while reading.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol or the limit.</exception>
    public static SubscribePacket Read(PacketFrame frame, int maxEntries)
    {
        var reader = new PacketReader(frame);
        var id = reader.ReadPacketId();
        var entries = new List<SubscribeEntry>(1);
        while (reader.Remaining > 0)
        {
            var filter = reader.ReadString("topic filter");
            var qos = reader.ReadByte("requested QoS");
            if (qos > 2) throw new MqttProtocolException($"SUBSCRIBE with QoS {qos} ([MQTT-3-8.3-4]).");
            if (entries.Count == maxEntries) throw FilterList.TooLong(PacketType.Subscribe, maxEntries);
            entries.Add(new(filter, (MqttQoS)qos));
        }

        return entries.Count > 0 ? new(id, entries) : throw new MqttProtocolException("SUBSCRIBE without a topic filter ([MQTT-3.8.3-3]).");
    }

    /// <summary>The whole packet as bytes.</summary>
    public byte[] ToBytes() => FilterList.ToBytes(PacketType.Subscribe, PacketId, [.. Entries.Select(e => (e.Filter, (byte?)e.QoS))]);
}

/// <summary>UNSUBSCRIBE (§3.10).</summary>
internal sealed record UnsubscribePacket(ushort PacketId, IReadOnlyList<string> Filters)
{
    /// <summary>Reads UNSUBSCRIBE's body.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol or the limit.</exception>
    public static UnsubscribePacket Read(PacketFrame frame, int maxEntries)
    {
        var reader = new PacketReader(frame);
        var id = reader.ReadPacketId();
        var filters = new List<string>(1);
        while (reader.Remaining > 0)
        {
            if (filters.Count == maxEntries) throw FilterList.TooLong(PacketType.Unsubscribe, maxEntries);
            filters.Add(reader.ReadString("topic filter"));
        }

        return filters.Count > 0 ? new(id, filters) : throw new MqttProtocolException("UNSUBSCRIBE without a topic filter ([MQTT-3.10.3-2]).");
    }

    /// <summary>The whole packet as bytes.</summary>
    public byte[] ToBytes() => FilterList.ToBytes(PacketType.Unsubscribe, PacketId, [.. Filters.Select(f => (f, (byte?)null))]);
}

/// <summary>SUBACK (§3.9): the granted QoS of each filter, or 0x80.</summary>
internal sealed record SubAckPacket(ushort PacketId, IReadOnlyList<byte> Codes)
{
    public const byte Failure = 0x80;

    /// <summary>Reads SUBACK's body.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static SubAckPacket Read(PacketFrame frame)
    {
        var reader = new PacketReader(frame);
        var id = reader.ReadPacketId();
        var codes = new byte[reader.Remaining];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = reader.ReadByte("return codes");
            if (codes[i] is > 2 and not Failure) throw new MqttProtocolException($"SUBACK with code {codes[i]} ([MQTT-3.9.3-2]).");
        }

        return new(id, codes);
    }

    /// <summary>The whole packet as bytes.</summary>
    public byte[] ToBytes()
    {
        var header = new byte[5];
        var length = PacketFrame.WriteHeader(header, PacketType.SubAck, 0, 2 + Codes.Count);
        return [.. header.AsSpan(0, length), (byte)(PacketId >> 8), (byte)PacketId, .. Codes];
    }
}

/// <summary>What SUBSCRIBE and UNSUBSCRIBE share.</summary>
internal static class FilterList
{
    public static MqttProtocolException TooLong(PacketType type, int max) =>
        new($"{type} with more than mqtt:maxFiltersPerPacket ({max}) filters.") { IsLimit = true };

    public static byte[] ToBytes(PacketType type, ushort id, IReadOnlyList<(string Filter, byte? Option)> entries)
    {
        var length = 2 + entries.Sum(e => 2 + Encoding.UTF8.GetByteCount(e.Filter) + (e.Option is null ? 0 : 1));
        var bytes = new byte[1 + PacketFrame.LengthBytes(length) + length];
        var at = PacketFrame.WriteHeader(bytes, type, 0b0010, length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), id);
        at += 2;
        foreach (var (filter, option) in entries)
        {
            var count = Encoding.UTF8.GetBytes(filter, bytes.AsSpan(at + 2));
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), checked((ushort)count));
            at += 2 + count;
            if (option is { } value) bytes[at++] = value;
        }

        return bytes;
    }
}
