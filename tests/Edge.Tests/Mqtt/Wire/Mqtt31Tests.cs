using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>What MQTT 3.1 (MQIsdp) does in its own way.</summary>
public sealed class Mqtt31Tests
{
    private const ProtocolVersion V31 = ProtocolVersion.V31;

    [Fact]
    public void The_flags_count_less_than_the_packet_length()
    {
        var packet = Connect(0xC2, "0001 61");

        Assert.Equal(("a", V31), (packet.ClientId, packet.Version));
        Assert.Null(packet.UserName);
        Assert.Null(packet.PasswordBytes);
        Assert.Equal("u", Connect(0xC2, "0001 61 0001 75").UserName);
    }

    [Fact]
    public void Flags_without_a_meaning_are_not_looked_at()
    {
        Assert.Null(Connect(0x2B, "0001 61").Will);
        Assert.Throws<MqttProtocolException>(() => Connect(0x1E, "0001 61 0001 61 0000"));
    }

    [Fact]
    public void A_long_client_identifier_is_taken_and_an_empty_one_refused()
    {
        Assert.Equal(100, Connect(0x02, "0064" + Convert.ToHexString(Encoding.ASCII.GetBytes(new string('x', 100)))).ClientId.Length);
        Assert.Equal(MqttReason.ClientIdentifierNotValid, Assert.Throws<MqttProtocolException>(() => Connect(0x02, "0000")).Reason);
    }

    [Fact]
    public void A_request_may_be_repeated_with_its_duplicate_flag()
    {
        Assert.Equal(1, AckPacket.Read(Canonical.Frame([0x6A, 2, 0, 1]), V31).PacketId);
        Assert.Single(SubscribePacket.Read(Canonical.Frame([0x8A, 6, 0, 1, 0, 1, 0x61, 0]), V31, 10).Entries);
        Assert.Single(UnsubscribePacket.Read(Canonical.Frame([0xAA, 5, 0, 1, 0, 1, 0x61]), V31, 10).Filters);
        Assert.True(PublishPacket.Read(Canonical.Frame([0x38, 3, 0, 1, 0x61]), V31).IsDuplicate);
        Assert.Throws<MqttProtocolException>(() => AckPacket.Read(Canonical.Frame([0x6A, 2, 0, 1]), ProtocolVersion.V311));
    }

    [Fact]
    public void A_present_session_is_not_told()
    {
        Assert.Equal([0x20, 2, 0, 0], new ConnAckPacket { SessionPresent = true }.ToBytes(V31));
        Assert.False(ConnAckPacket.Read(Canonical.Frame([0x20, 2, 1, 0]), V31).SessionPresent);
    }

    [Theory]
    [InlineData("00064D5149736470 03 02 0000 0000", V31)]
    [InlineData("00044D515454 04 FF", ProtocolVersion.V311)]
    [InlineData("00044D515454 05", ProtocolVersion.V5)]
    [InlineData("00044D515454 06", null)]
    [InlineData("00044D515454 03", null)]
    [InlineData("00044D5154", null)]
    [InlineData("000148 04", null)]
    public void The_version_of_a_client_is_known_whatever_is_wrong_behind_it(string hex, ProtocolVersion? expected) =>
        Assert.Equal(expected, ConnectReader.VersionOf(new(PacketType.Connect, 0, Bytes(hex))));

    private static ConnectPacket Connect(byte flags, string payload) =>
        ConnectPacket.Read(new(PacketType.Connect, 0, (byte[])[0, 6, .. "MQIsdp"u8, 3, flags, 0, 0, .. Bytes(payload)]));

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
