using System.Buffers;

using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>Reads a packet as its receiver does, and writes again what was understood: two readings agree where these bytes do.</summary>
internal static class Canonical
{
    public const int MaxFilters = 10;

    /// <exception cref="MqttProtocolException">The packet breaks the protocol.</exception>
    public static byte[] Of(PacketFrame frame, ProtocolVersion version, PacketSender sender) => frame.Type switch
    {
        PacketType.Connect => Of(ConnectPacket.Read(frame)),
        PacketType.ConnAck => ConnAckPacket.Read(frame, version).ToBytes(version),
        PacketType.Publish => Of(PublishPacket.Read(frame, version, sender), version),
        PacketType.Subscribe => SubscribePacket.Read(frame, version, MaxFilters).ToBytes(version),
        PacketType.SubAck => SubAckPacket.Read(frame, version).ToBytes(version),
        PacketType.Unsubscribe => UnsubscribePacket.Read(frame, version, MaxFilters).ToBytes(version),
        PacketType.UnsubAck => UnsubAckPacket.Read(frame, version).ToBytes(version),
        PacketType.PingReq or PacketType.PingResp => Empty(frame),
        PacketType.Disconnect => DisconnectPacket.Read(frame, version, sender).ToBytes(version),
        PacketType.Auth => AuthPacket.Read(frame, version, sender).ToBytes(),
        _ => AckPacket.Read(frame, version).ToBytes(version),
    };

    /// <summary>The one packet that these bytes are.</summary>
    public static PacketFrame Frame(ReadOnlySequence<byte> bytes)
    {
        if (!PacketFrame.TryRead(ref bytes, int.MaxValue, out var frame) || !bytes.IsEmpty) throw new ArgumentException("Not exactly one packet.", nameof(bytes));
        return frame;
    }

    public static PacketFrame Frame(byte[] bytes) => Frame(new ReadOnlySequence<byte>(bytes));

    /// <summary>The bytes in as many segments as there are cuts, plus one.</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, params ReadOnlySpan<int> cuts)
    {
        var first = new Segment(bytes.AsMemory(0, cuts[0]), null);
        var last = first;
        for (var i = 0; i < cuts.Length; i++)
        {
            var end = i + 1 < cuts.Length ? cuts[i + 1] : bytes.Length;
            last = new Segment(bytes.AsMemory(cuts[i], end - cuts[i]), last);
        }

        return new(first, 0, last, last.Memory.Length);
    }

    // Of a client with an unknown level nothing but the level is known.
    private static byte[] Of(ConnectPacket packet) => packet.IsKnownLevel ? packet.ToBytes() : [packet.Level];

    private static byte[] Of(PublishPacket packet, ProtocolVersion version)
    {
        if (!packet.Topic.IsEmpty) PublishPacket.DecodeTopic(packet.Topic.Span);
        var envelope = new PublishEnvelope(packet.QoS, packet.Retain, packet.IsDuplicate, packet.PacketId, version)
        {
            TopicAlias = packet.TopicAlias,
            OmitTopic = packet.Topic.IsEmpty,
            ExpirySeconds = packet.ExpirySeconds,
            SubscriptionIds = [.. packet.ReadSubscriptionIds()],
        };
        var content = new PublishContent(packet.Topic.Span, PublishWriter.EncodeProperties(packet.ReadProperties()), packet.Payload.Span);
        var bytes = new byte[PublishWriter.Size(content, envelope)];
        PublishWriter.Write(bytes, content, envelope);
        return bytes;
    }

    private static byte[] Empty(PacketFrame frame)
    {
        frame.ExpectEmpty();
        return [(byte)((byte)frame.Type << 4), 0];
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null) return;

            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
