using System.Buffers;

using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>One well-formed packet of each kind, and how to read it.</summary>
internal static class Samples
{
    public static IReadOnlyDictionary<string, byte[]> All { get; } = new Dictionary<string, byte[]>
    {
        ["connect"] = new ConnectPacket { ClientId = "node-1", KeepAlive = 60 }.ToBytes(),
        ["connect with everything"] = new ConnectPacket
        {
            ClientId = "é-node",
            CleanSession = false,
            KeepAlive = 65535,
            Will = new("a/will", "bye"u8.ToArray(), MqttQoS.ExactlyOnce, Retain: true),
            UserName = "node-1",
            Password = "secret",
        }.ToBytes(),
        ["connack"] = Bytes(OutgoingPacket.ConnAck(sessionPresent: true, 0)),
        ["publish 0"] = Publish(MqttQoS.AtMostOnce, 0, "payload"),
        ["publish 1"] = Publish(MqttQoS.AtLeastOnce, 7, "payload"),
        ["publish 2"] = Publish(MqttQoS.ExactlyOnce, 65535, ""),
        ["publish of two length bytes"] = Publish(MqttQoS.AtLeastOnce, 1, new('x', 200)),
        ["puback"] = Bytes(OutgoingPacket.Ack(PacketType.PubAck, 1)),
        ["pubrec"] = Bytes(OutgoingPacket.Ack(PacketType.PubRec, 2)),
        ["pubrel"] = Bytes(OutgoingPacket.Ack(PacketType.PubRel, 3)),
        ["pubcomp"] = Bytes(OutgoingPacket.Ack(PacketType.PubComp, 4)),
        ["subscribe"] = new SubscribePacket(10, [new("a/+/c", MqttQoS.AtLeastOnce), new("#", MqttQoS.ExactlyOnce)]).ToBytes(ProtocolVersion.V311),
        ["suback"] = new SubAckPacket(10, [MqttReason.GrantedQoS1, MqttReason.UnspecifiedError]).ToBytes(ProtocolVersion.V311),
        ["unsubscribe"] = new UnsubscribePacket(11, ["a/+/c", "#"]).ToBytes(ProtocolVersion.V311),
        ["unsuback"] = Bytes(OutgoingPacket.Ack(PacketType.UnsubAck, 11)),
        ["pingreq"] = Bytes(OutgoingPacket.PingReq),
        ["pingresp"] = Bytes(OutgoingPacket.PingResp),
        ["disconnect"] = Bytes(OutgoingPacket.Disconnect),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>Everything that the packet says, as text: two ways of reading it have to agree on that.</summary>
    public static string Describe(PacketFrame frame) => frame.Type switch
    {
        PacketType.Connect => Describe(ConnectPacket.Read(frame)),
        PacketType.ConnAck => ConnAckPacket.Read(frame, ProtocolVersion.V311).ToString(),
        PacketType.Publish => Describe(PublishPacket.Read(frame, ProtocolVersion.V311)),
        PacketType.Subscribe => Describe(SubscribePacket.Read(frame, ProtocolVersion.V311, 10)),
        PacketType.Unsubscribe => Describe(UnsubscribePacket.Read(frame, ProtocolVersion.V311, 10)),
        PacketType.SubAck => SubAckPacket.Read(frame, ProtocolVersion.V311) is var s ? $"{s.PacketId} {string.Join(",", s.Reasons)}" : "",
        PacketType.PingReq or PacketType.PingResp or PacketType.Disconnect => Empty(frame),
        PacketType.UnsubAck => $"{UnsubAckPacket.Read(frame, ProtocolVersion.V311).PacketId}",
        PacketType.Auth => $"{AuthPacket.Read(frame, ProtocolVersion.V311)}",
        _ => $"{AckPacket.Read(frame, ProtocolVersion.V311)}",
    };

    /// <summary>The bytes in as many segments as there are cuts, plus one.</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, params int[] cuts)
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

    public static byte[] Bytes(OutgoingPacket packet)
    {
        var output = new ArrayBufferWriter<byte>();
        OutgoingPacket.Write(packet, output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Publish(MqttQoS qos, ushort id, string text) => Bytes(OutgoingPacket.Publish(
        new PublishFrame(new("a/ü/c", System.Text.Encoding.UTF8.GetBytes(text))), qos, retain: true, duplicate: qos > 0, id));

    private static string Describe(ConnectPacket p) =>
        $"{p.Level} {p.ClientId} {p.CleanSession} {p.KeepAlive} {p.UserName} {p.Password} {p.Will} {Convert.ToHexString((p.Will?.Payload ?? default).Span)}";

    private static string Describe(PublishPacket p) =>
        $"{PublishPacket.DecodeTopic(p.Topic.Span)} {p.QoS} {p.Retain} {p.IsDuplicate} {p.PacketId} {Convert.ToHexString(p.Payload.ToArray())}";

    private static string Describe(SubscribePacket p) => $"{p.PacketId} {string.Join(",", p.Entries)}";

    private static string Describe(UnsubscribePacket p) => $"{p.PacketId} {string.Join(",", p.Filters)}";

    private static string Empty(PacketFrame frame)
    {
        frame.ExpectEmpty();
        return frame.Type.ToString();
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
