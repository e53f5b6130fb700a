using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

public sealed class PublishTests
{
    private const ProtocolVersion V5 = ProtocolVersion.V5;

    [Theory]
    [InlineData(ProtocolVersion.V31)]
    [InlineData(ProtocolVersion.V311)]
    [InlineData(ProtocolVersion.V5)]
    public void Exactly_the_announced_size_is_written(ProtocolVersion version)
    {
        foreach (var payload in new[] { 0, 1, 100, 117, 130, 16_383, 2_097_152 })
        {
            var content = new PublishContent("a/b"u8, PublishWriter.EncodeProperties(WireSamples.MessageProperties), new byte[payload]);
            foreach (var envelope in new PublishEnvelope[] { new(MqttQoS.AtMostOnce, false, false, 0, version), new(MqttQoS.AtLeastOnce, true, true, 3, version, 5, true, 7, [1, 200]) })
            {
                var bytes = new byte[PublishWriter.Size(content, envelope) + 1];
                bytes[^1] = 0xAA;

                Assert.Equal(bytes.Length - 1, PublishWriter.Write(bytes, content, envelope));
                Assert.Equal(0xAA, bytes[^1]);
                Canonical.Frame(bytes[..^1]);
            }
        }
    }

    [Fact]
    public void What_only_5_0_has_is_kept_from_older_receivers()
    {
        var envelope = new PublishEnvelope(MqttQoS.AtMostOnce, false, false, 0, ProtocolVersion.V311, TopicAlias: 1, OmitTopic: true, ExpirySeconds: 9, SubscriptionIds: [4]);

        Assert.Equal(
            WireSamples.Publish(new(MqttQoS.AtMostOnce, false, false, 0, ProtocolVersion.V311), "a", "x"),
            WireSamples.Publish(envelope, "a", "x", WireSamples.MessageProperties));
    }

    [Fact]
    public void Everything_that_was_published_comes_back()
    {
        var bytes = WireSamples.Publish(new(MqttQoS.ExactlyOnce, true, true, 8, V5, 3, false, 3600, [2, 1]), "a/ü", "text", WireSamples.MessageProperties);

        var packet = PublishPacket.Read(Canonical.Frame(bytes), V5, PacketSender.Server);

        Assert.Equal((MqttQoS.ExactlyOnce, true, true, 8), (packet.QoS, packet.Retain, packet.IsDuplicate, packet.PacketId));
        Assert.Equal("a/ü", PublishPacket.DecodeTopic(packet.Topic.Span));
        Assert.Equal((3, true, 3600u), (packet.TopicAlias, packet.IsText, packet.ExpirySeconds!.Value));
        Assert.Equal([2u, 1u], packet.ReadSubscriptionIds());
        Assert.Equal("text", Encoding.UTF8.GetString(packet.Payload.Span));
        var properties = packet.ReadProperties()!;
        Assert.Equal(WireSamples.Users, properties.UserProperties);
        Assert.Equal((true, 3600u, "text/plain", "answers/7"), (properties.IsText, properties.ExpirySeconds!.Value, properties.ContentType, properties.ResponseTopic));
        Assert.Equal([0, 255, 7], properties.CorrelationData!.Value.ToArray());
    }

    [Fact]
    public void A_message_without_properties_has_none()
    {
        foreach (var version in Enum.GetValues<ProtocolVersion>())
        {
            var packet = PublishPacket.Read(Canonical.Frame(WireSamples.Publish(new(MqttQoS.AtMostOnce, false, false, 0, version), "a", "x")), version);

            Assert.Null(packet.ReadProperties());
            Assert.True(packet.Properties.IsEmpty);
            Assert.Empty(packet.ReadSubscriptionIds());
        }
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData("0101", "0101", false)]
    [InlineData("0200000001 230001", "", false)]
    [InlineData("0200000001 0101 26000161000162", "0101 26000161000162", false)]
    [InlineData("0101 26000161000162 230001", "0101 26000161000162", false)]
    [InlineData("0B05 0101 0B06", "0101", false)]
    [InlineData("0101 0200000001 26000161000162 0B05 26000163000164", "0101 26000161000162 26000163000164", true)]
    public void What_goes_on_to_receivers_is_cut_out_and_copied_only_where_it_is_in_pieces(string all, string shared, bool isCopy)
    {
        var section = Bytes(all);
        byte[] body = [0, 1, 0x61, (byte)section.Length, .. section];

        var packet = PublishPacket.Read(new(PacketType.Publish, 0, body), V5, PacketSender.Server);
        var result = packet.SharedProperties();

        Assert.Equal(Bytes(shared), result.ToArray());
        Assert.Equal(isCopy, !result.Span.Overlaps(body) && !result.IsEmpty);
    }

    [Fact]
    public void An_empty_topic_is_taken_only_with_an_alias()
    {
        Assert.Equal(9, PublishPacket.Read(new(PacketType.Publish, 0, Bytes("0000 03 230009")), V5).TopicAlias);
        Assert.Equal(MqttReason.ProtocolError, Assert.Throws<MqttProtocolException>(() => PublishPacket.Read(new(PacketType.Publish, 0, Bytes("0000 00")), V5)).Reason);
        Assert.Throws<MqttProtocolException>(() => PublishPacket.Read(new(PacketType.Publish, 0, Bytes("0000 03 230009")), ProtocolVersion.V311));
    }

    [Fact]
    public void Reading_and_writing_allocates_nothing()
    {
        var bytes = WireSamples.Publish(new(MqttQoS.AtLeastOnce, false, false, 8, V5, 3, false, 3600), "a/b", "text", WireSamples.MessageProperties);
        var output = new byte[bytes.Length + 10];
        Forward(bytes, output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Forward(bytes, output);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_topic_that_comes_again_is_the_same_string()
    {
        var cache = new StringCache();

        Assert.Same(cache.Topic("a/b"u8), cache.Topic("a/b"u8));
        Assert.Throws<MqttProtocolException>(() => cache.Topic("a/#"u8));
    }

    private static void Forward(byte[] bytes, byte[] output)
    {
        var buffer = new System.Buffers.ReadOnlySequence<byte>(bytes);
        PacketFrame.TryRead(ref buffer, int.MaxValue, out var frame);
        var packet = PublishPacket.Read(frame, V5);
        var content = new PublishContent(packet.Topic.Span, packet.SharedProperties().Span, packet.Payload.Span);
        var envelope = new PublishEnvelope(packet.QoS, false, false, 1, V5, 0, false, packet.ExpirySeconds);
        PublishWriter.Write(output.AsSpan(0, PublishWriter.Size(content, envelope)), content, envelope);
        new AckPacket(PacketType.PubAck, packet.PacketId, MqttReason.NoMatchingSubscribers).Write(output, V5);
        AckPacket.Read(new(PacketType.PubAck, 0, output.AsMemory(2, 3)), V5);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
