using System.Buffers;

using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

public sealed class HostileBytesTests
{
    [Theory]
    [InlineData("30 FF FF FF FF 01", "more than four bytes")]
    [InlineData("00 00", "Packet type 0")]
    [InlineData("F0 00", "Packet type 15")]
    [InlineData("11 00", "Connect with flags 1")]
    [InlineData("60 02 00 01", "PubRel with flags 0")]
    [InlineData("80 05 00 01 00 00 00", "Subscribe with flags 0")]
    [InlineData("36 04 00 01 61 00", "QoS 3")]
    [InlineData("38 03 00 01 61", "QoS 0 and DUP")]
    [InlineData("30 02 00 00", "without a topic")]
    [InlineData("30 03 00 01 23", "wildcards")]
    [InlineData("30 04 00 02 61 2B", "wildcards")]
    [InlineData("30 03 00 05 61", "ends within its topic")]
    [InlineData("30 05 00 03 61 00 62", "U+0000")]
    [InlineData("30 04 00 02 C3 28", "not UTF-8")]
    [InlineData("30 05 00 03 ED A0 80", "not UTF-8")]
    [InlineData("32 05 00 01 61 00 00", "packet identifier 0")]
    [InlineData("32 04 00 01 61 00", "ends within its packet identifier")]
    [InlineData("40 02 00 00", "packet identifier 0")]
    [InlineData("82 02 00 01", "without a topic filter")]
    [InlineData("82 06 00 01 00 01 61 03", "QoS 3")]
    [InlineData("82 05 00 01 00 01 61", "ends within its requested QoS")]
    [InlineData("A2 02 00 01", "without a topic filter")]
    [InlineData("10 0A 00 04 4D 51 54 54 04 02 00 00", "ends within its client identifier")]
    [InlineData("10 0C 00 04 48 54 54 50 04 02 00 00 00 00", "protocol name is not MQTT")]
    [InlineData("10 0C 00 04 4D 51 54 54 04 03 00 00 00 00", "reserved flag")]
    [InlineData("10 0C 00 04 4D 51 54 54 04 42 00 00 00 00", "password but no user name")]
    [InlineData("10 0C 00 04 4D 51 54 54 04 0A 00 00 00 00", "Will flags without a will")]
    [InlineData("10 0C 00 04 4D 51 54 54 04 22 00 00 00 00", "Will flags without a will")]
    [InlineData("10 0C 00 04 4D 51 54 54 04 1E 00 00 00 00", "will of QoS 3")]
    [InlineData("20 02 02 00", "flags that do not fit")]
    [InlineData("20 02 01 05", "flags that do not fit")]
    [InlineData("90 03 00 01 03", "SUBACK with code 3")]
    public void What_breaks_the_protocol_is_refused_with_its_rule(string hex, string expected)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        var violation = Assert.Throws<MqttProtocolException>(() => ReadAll(bytes));

        Assert.Contains(expected, violation.Message, StringComparison.Ordinal);
        Assert.False(violation.IsLimit);
    }

    [Fact]
    public void A_packet_beyond_the_limit_is_refused_before_it_has_arrived()
    {
        // A PUBLISH that claims 256 MB, of which five bytes are there.
        var buffer = new ReadOnlySequence<byte>([0x30, 0xFF, 0xFF, 0xFF, 0x7F]);

        var violation = Assert.Throws<MqttProtocolException>(() => PacketFrame.TryRead(ref buffer, 1024, out _));

        Assert.True(violation.IsLimit);
        Assert.Contains("mqtt:maxPacketBytes (1024)", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_packet_of_exactly_the_limit_is_taken()
    {
        byte[] publish = [0x30, 0x06, 0x00, 0x01, 0x61, 1, 2, 3];
        var buffer = new ReadOnlySequence<byte>(publish);

        Assert.True(PacketFrame.TryRead(ref buffer, publish.Length, out _));
        Assert.Throws<MqttProtocolException>(() =>
        {
            var again = new ReadOnlySequence<byte>(publish);
            PacketFrame.TryRead(ref again, publish.Length - 1, out _);
        });
    }

    [Fact]
    public void More_filters_than_allowed_are_refused_while_reading()
    {
        var packet = new SubscribePacket(1, [.. Enumerable.Range(0, 11).Select(i => new SubscribeEntry($"t/{i}", 0))]);

        var violation = Assert.Throws<MqttProtocolException>(() => ReadAll(packet.ToBytes(ProtocolVersion.V311)));

        Assert.True(violation.IsLimit);
        Assert.Contains("mqtt:maxFiltersPerPacket (10)", violation.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, "MQIsdp", 0)]
    [InlineData(3, "MQTT", 0)]
    [InlineData(6, "MQTT", 6)]
    [InlineData(132, "MQTT", 132)]
    public void Another_protocol_level_is_told_and_nothing_behind_it_read(byte level, string name, byte expected)
    {
        byte[] body = [0, (byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name), level, 0xFF, 0xFF];

        var packet = ConnectPacket.Read(new(PacketType.Connect, 0, new(body)));

        Assert.False(packet.IsKnownLevel);
        Assert.Equal(expected, packet.Level);
    }

    [Fact]
    public void A_password_never_shows_in_text()
    {
        var packet = new ConnectPacket { ClientId = "n", UserName = "n", Password = "hunter2" };

        Assert.DoesNotContain("hunter2", packet.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_packets_are_read_or_refused_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        var samples = Samples.All.Values.ToArray();
        var (read, refused) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Mutation.Of(samples[random.Next(samples.Length)], random);
            try
            {
                ReadAll(bytes);
                read++;
            }
            catch (MqttProtocolException)
            {
                refused++;
            }
        }

        Assert.True(read > 1000 && refused > 1000, $"The mutations are one-sided: {read} read, {refused} refused.");
    }

    private static void ReadAll(byte[] bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        while (PacketFrame.TryRead(ref buffer, 1 << 20, out var frame)) Samples.Describe(frame);
    }
}
