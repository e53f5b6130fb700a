using System.Buffers;

using Edge.Mqtt;
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
    [InlineData("20 02 02 00", "CONNACK with flags 2")]
    [InlineData("20 02 01 05", "a session for a client that it refuses")]
    [InlineData("90 03 00 01 03", "SUBACK with code 3")]
    public void What_breaks_the_protocol_is_refused_with_its_rule(string hex, string expected)
    {
        var violation = Assert.Throws<MqttProtocolException>(() => ReadAll(Bytes(hex)));

        Assert.Contains(expected, violation.Message, StringComparison.Ordinal);
        Assert.False(violation.IsLimit);
    }

    [Theory]
    [InlineData("36 05 00 01 61 00 00", MqttReason.MalformedPacket, "QoS 3")]
    [InlineData("38 04 00 01 61 00", MqttReason.MalformedPacket, "QoS 0 and DUP")]
    [InlineData("30 03 00 00 00", MqttReason.ProtocolError, "without a topic")]
    [InlineData("30 04 00 01 23 00", MqttReason.ProtocolError, "wildcards")]
    [InlineData("30 03 00 01 61", MqttReason.MalformedPacket, "ends within its property length")]
    [InlineData("30 06 00 03 ED A0 80 00", MqttReason.MalformedPacket, "not UTF-8")]
    [InlineData("32 06 00 01 61 00 00 00", MqttReason.ProtocolError, "packet identifier 0")]
    [InlineData("40 02 00 00", MqttReason.ProtocolError, "packet identifier 0")]
    [InlineData("40 04 00 01 00 01", MqttReason.MalformedPacket, "ends within its properties")]
    [InlineData("40 05 00 01 00 00 00", MqttReason.MalformedPacket, "goes on")]
    [InlineData("6A 02 00 01", MqttReason.MalformedPacket, "PubRel with flags 10")]
    [InlineData("8A 07 00 01 00 00 01 61 00", MqttReason.MalformedPacket, "Subscribe with flags 10")]
    [InlineData("AA 06 00 01 00 00 01 61", MqttReason.MalformedPacket, "Unsubscribe with flags 10")]
    [InlineData("82 03 00 01 00", MqttReason.ProtocolError, "without a topic filter")]
    [InlineData("A2 03 00 01 00", MqttReason.ProtocolError, "without a topic filter")]
    [InlineData("82 07 00 01 00 00 01 61 03", MqttReason.ProtocolError, "QoS 3")]
    [InlineData("82 07 00 01 00 00 01 61 30", MqttReason.ProtocolError, "retain handling 3")]
    [InlineData("82 07 00 01 00 00 01 61 40", MqttReason.MalformedPacket, "[MQTT-3.8.3-5]")]
    [InlineData("82 07 00 01 00 00 01 61 80", MqttReason.MalformedPacket, "[MQTT-3.8.3-5]")]
    [InlineData("82 10 00 01 00 00 0A 24 73 68 61 72 65 2F 67 2F 61 04", MqttReason.ProtocolError, "[MQTT-3.8.3-4]")]
    [InlineData("10 0D 00 04 4D 51 54 54 05 03 00 00 00 00 00", MqttReason.MalformedPacket, "reserved flag")]
    [InlineData("10 0D 00 04 4D 51 54 54 05 0A 00 00 00 00 00", MqttReason.MalformedPacket, "Will flags without a will")]
    [InlineData("10 0D 00 04 4D 51 54 54 05 1E 00 00 00 00 00", MqttReason.MalformedPacket, "will of QoS 3")]
    [InlineData("10 0C 00 04 48 54 54 50 05 02 00 00 00 00", MqttReason.UnsupportedProtocolVersion, "protocol name is not MQTT")]
    [InlineData("E0 02 00 01", MqttReason.MalformedPacket, "ends within its properties")]
    [InlineData("E1 00", MqttReason.MalformedPacket, "Disconnect with flags 1")]
    [InlineData("F1 00", MqttReason.MalformedPacket, "Auth with flags 1")]
    [InlineData("F0 00", MqttReason.ProtocolError, "reason code 0x00")]
    [InlineData("F0 01 18", MqttReason.MalformedPacket, "ends within its property length")]
    [InlineData("F0 02 18 00", MqttReason.ProtocolError, "without a method")]
    [InlineData("C0 01 00", MqttReason.MalformedPacket, "goes on")]
    public void What_breaks_5_0_is_refused_with_its_reason(string hex, MqttReason reason, string expected)
    {
        var violation = Assert.Throws<MqttProtocolException>(() => ReadAll(Bytes(hex), ProtocolVersion.V5));

        Assert.Contains(expected, violation.Message, StringComparison.Ordinal);
        Assert.Equal(reason, violation.Reason);
    }

    [Theory]
    [InlineData("40 03 00 01 00")]
    [InlineData("40 04 00 01 00 00")]
    [InlineData("E0 01 00")]
    [InlineData("E0 02 00 00")]
    [InlineData("10 0F 00 04 4D 51 54 54 05 42 00 00 00 00 00 00 00")]
    [InlineData("82 10 00 01 00 00 0A 24 73 68 61 72 65 2F 67 2F 61 2A")]
    public void What_only_5_0_allows_is_taken_there_and_refused_before(string hex)
    {
        ReadAll(Bytes(hex), ProtocolVersion.V5);
        if (!hex.StartsWith("10", StringComparison.Ordinal)) Assert.Throws<MqttProtocolException>(() => ReadAll(Bytes(hex)));
    }

    [Fact]
    public void A_packet_beyond_the_limit_is_refused_before_it_has_arrived()
    {
        // A PUBLISH that claims 256 MB, of which five bytes are there.
        var buffer = new ReadOnlySequence<byte>([0x30, 0xFF, 0xFF, 0xFF, 0x7F]);

        var violation = Assert.Throws<MqttProtocolException>(() => PacketFrame.TryRead(ref buffer, 1024, out _));

        Assert.True(violation.IsLimit);
        Assert.Equal(MqttReason.PacketTooLarge, violation.Reason);
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

        var packet = ConnectPacket.Read(new(PacketType.Connect, 0, body));

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
    [InlineData("26 00 00 00 00")]
    [InlineData("26 00 01 61 00 00")]
    public void A_packet_full_of_user_properties_costs_a_bounded_multiple_of_its_bytes(string property)
    {
        const int Times = 20;
        byte[] section = [.. Enumerable.Repeat(Bytes(property), 100_000).SelectMany(p => p)];
        var length = new byte[VariableInteger.MaxBytes];
        byte[] body = [0, .. length.AsSpan(0, VariableInteger.Write(length, section.Length)), .. section];

        var before = GC.GetAllocatedBytesForCurrentThread();
        var packet = DisconnectPacket.Read(new(PacketType.Disconnect, 0, body), ProtocolVersion.V5);

        Assert.Equal(100_000, packet.UserProperties.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Times * body.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Damaged_packets_are_read_or_refused_and_nothing_else(int seed)
    {
        var fuzzer = new WireFuzzer(seed);

        await fuzzer.RunAsync(20_000);

        Assert.Equal(20_000, fuzzer.Outcomes.Values.Sum());
        foreach (var outcome in new[] { "read", "waits", "81 MalformedPacket", "82 ProtocolError", "95 PacketTooLarge" })
            Assert.True(fuzzer.Outcomes.GetValueOrDefault(outcome) > 0, $"The damage never leads to {outcome}.");
    }

    private static void ReadAll(byte[] bytes, ProtocolVersion version = ProtocolVersion.V311, PacketSender sender = PacketSender.Client)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        while (PacketFrame.TryRead(ref buffer, 1 << 20, out var frame)) Canonical.Of(frame, version, sender);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
