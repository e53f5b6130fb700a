using System.Buffers;
using System.Text.Json;

using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

public sealed class CodecTests
{
    /// <summary>Packets whose body ends where its last field does: a list or a payload may end anywhere.</summary>
    private static readonly string[] WithOneEnd =
    [
        "connect with everything", "connack with everything", "PubAck with everything", "PubRec with everything", "PubRel with everything",
        "disconnect of a client", "auth with everything", "pingreq", "pingresp",
    ];

    public static TheoryData<string> Samples => [.. WireSamples.All.Select(s => s.ToString())];

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_is_written_reads_as_the_same(string sample)
    {
        var (_, version, sender, bytes) = Find(sample);

        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Canonical.Of(Canonical.Frame(bytes), version, sender)));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_packet_reads_the_same_wherever_it_is_split(string sample)
    {
        var (_, version, sender, bytes) = Find(sample);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(bytes, Canonical.Of(Canonical.Frame(Canonical.Cut(bytes, cut)), version, sender));
            for (var second = cut; second <= bytes.Length; second += 3)
                Assert.Equal(bytes, Canonical.Of(Canonical.Frame(Canonical.Cut(bytes, cut, second)), version, sender));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_truncated_packet_is_left_untouched(string sample)
    {
        var bytes = Find(sample).Bytes;
        for (var length = 0; length < bytes.Length; length++)
        {
            var buffer = new ReadOnlySequence<byte>(bytes, 0, length);

            Assert.False(PacketFrame.TryRead(ref buffer, int.MaxValue, out _));
            Assert.Equal(length, buffer.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_follows_a_packet_is_left_for_the_next(string sample)
    {
        var buffer = new ReadOnlySequence<byte>([.. Find(sample).Bytes, 0xC0, 0x00]);

        Assert.True(PacketFrame.TryRead(ref buffer, int.MaxValue, out _));
        Assert.Equal([0xC0, 0x00], buffer.ToArray());
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_body_cut_short_under_an_honest_header_is_a_violation_or_a_shorter_packet(string sample)
    {
        var (_, version, sender, bytes) = Find(sample);
        var whole = Canonical.Frame(bytes);
        for (var length = 0; length < whole.Body.Length; length++)
        {
            var cut = whole with { Body = whole.Body[..length] };
            try
            {
                var canonical = Canonical.Of(cut, version, sender);
                Assert.True(canonical.Length < bytes.Length || canonical.SequenceEqual(bytes)); // a property length of 0 may be left out, and is not by us
            }
            catch (MqttProtocolException violation)
            {
                Assert.True(violation.Reason is MqttReason.MalformedPacket or MqttReason.ProtocolError, violation.Message);
            }
        }
    }

    [Fact]
    public void A_body_that_goes_on_too_long_is_a_violation()
    {
        var samples = WireSamples.All.Where(s => WithOneEnd.Contains(s.Name)).ToList();

        Assert.Equal(WithOneEnd.Length, samples.Select(s => s.Name).Distinct().Count());
        foreach (var sample in samples)
        {
            var whole = Canonical.Frame(sample.Bytes);
            var longer = whole with { Body = new([.. whole.Body.Span, 0]) };

            var violation = Assert.Throws<MqttProtocolException>(() => Canonical.Of(longer, sample.Version, sample.Sender));
            Assert.Equal(MqttReason.MalformedPacket, violation.Reason);
        }
    }

    [Fact]
    public void Every_field_of_every_packet_comes_back()
    {
        const ProtocolVersion V5 = ProtocolVersion.V5;
        var ack = new AckPacket(PacketType.PubRec, 9, MqttReason.QuotaExceeded, "full", WireSamples.Users);
        var subAck = new SubAckPacket(1, [MqttReason.GrantedQoS2]) { ReasonString = "r", UserProperties = WireSamples.Users };
        var unsubscribe = new UnsubscribePacket(3, ["a", "b"]) { UserProperties = WireSamples.Users };
        var unsubAck = new UnsubAckPacket(1, [MqttReason.NoSubscriptionExisted]) { ReasonString = "r", UserProperties = WireSamples.Users };
        var fromClient = new DisconnectPacket { Reason = MqttReason.AdministrativeAction, SessionExpirySeconds = 5, ReasonString = "r", UserProperties = WireSamples.Users };
        var fromServer = new DisconnectPacket { Reason = MqttReason.UseAnotherServer, ServerReference = "s", UserProperties = WireSamples.Users };
        var auth = new AuthPacket(MqttReason.ContinueAuthentication) { Method = "m", Data = new byte[] { 0, 1 }, ReasonString = "r", UserProperties = WireSamples.Users };

        Same(WireSamples.FullConnect with { Level = (byte)V5 }, p => p.ToBytes(), ConnectPacket.Read);
        Same(WireSamples.FullConnAck, p => p.ToBytes(V5), f => ConnAckPacket.Read(f, V5));
        Same(ack, p => p.ToBytes(V5), f => AckPacket.Read(f, V5));
        Same(WireSamples.FullSubscribe, p => p.ToBytes(V5), f => SubscribePacket.Read(f, V5, 10));
        Same(subAck, p => p.ToBytes(V5), f => SubAckPacket.Read(f, V5));
        Same(unsubscribe, p => p.ToBytes(V5), f => UnsubscribePacket.Read(f, V5, 10));
        Same(unsubAck, p => p.ToBytes(V5), f => UnsubAckPacket.Read(f, V5));
        Same(fromClient, p => p.ToBytes(V5), f => DisconnectPacket.Read(f, V5));
        Same(fromServer, p => p.ToBytes(V5), f => DisconnectPacket.Read(f, V5, PacketSender.Server));
        Same(auth, p => p.ToBytes(), f => AuthPacket.Read(f, V5, PacketSender.Server));
    }

    [Theory]
    [InlineData(0, "C000")]
    [InlineData(127, "C07F")]
    [InlineData(128, "C08001")]
    [InlineData(16_383, "C0FF7F")]
    [InlineData(16_384, "C0808001")]
    [InlineData(2_097_151, "C0FFFF7F")]
    [InlineData(2_097_152, "C080808001")]
    [InlineData(268_435_455, "C0FFFFFF7F")]
    public void The_remaining_length_is_encoded_as_the_specification_lists(int length, string hex)
    {
        var header = new byte[5];
        var written = PacketFrame.WriteHeader(header, PacketType.PingReq, 0, length);

        Assert.Equal(hex, Convert.ToHexString(header.AsSpan(0, written)));
        Assert.Equal(written + length, PacketFrame.Size(length));
        Assert.Equal(written - 1, VariableInteger.Read(header.AsSpan(1), out var read));
        Assert.Equal(length, read);
    }

    [Fact]
    public void A_length_that_no_header_can_tell_is_never_written() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PacketFrame.WriteHeader(new byte[8], PacketType.Publish, 0, VariableInteger.Max + 1));

    [Fact]
    public void A_field_that_is_too_long_is_never_written() =>
        Assert.Throws<ArgumentException>(() => new UnsubscribePacket(1, [new('x', 65536)]).ToBytes(ProtocolVersion.V311));

    private static WireSample Find(string name) => WireSamples.All.Single(s => s.ToString() == name);

    private static void Same<T>(T packet, Func<T, byte[]> write, Func<PacketFrame, T> read) =>
        Assert.Equal(JsonSerializer.Serialize(packet), JsonSerializer.Serialize(read(Canonical.Frame(write(packet)))));
}
