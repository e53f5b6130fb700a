using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>Packets written out by hand from the specifications' tables, in both directions.</summary>
public sealed class ByteExactTests
{
    private const ProtocolVersion V31 = ProtocolVersion.V31;
    private const ProtocolVersion V311 = ProtocolVersion.V311;
    private const ProtocolVersion V5 = ProtocolVersion.V5;

    [Fact]
    public void Connect_of_each_version()
    {
        var packet = new ConnectPacket { ClientId = "ab", KeepAlive = 10 };

        Equal("10 10 0006 4D5149736470 03 02 000A 0002 6162", packet.ToBytes(V31));
        Equal("10 0E 0004 4D515454 04 02 000A 0002 6162", packet.ToBytes(V311));
        Equal("10 0F 0004 4D515454 05 02 000A 00 0002 6162", packet.ToBytes(V5));
    }

    [Fact]
    public void Connect_of_5_0_with_properties_a_will_and_credentials()
    {
        var packet = ConnectPacket.Read(Frame(
            """
            10 37 0004 4D515454 05 F6 000A
              0F 11 0000000A 21 0014 26 0001 6B 0001 76
              0001 63
              0C 18 0000001E 02 0000003C 01 01 0001 74 0001 21
              0001 75 0002 FF00
            """));

        Assert.Equal((V5, "c", true, 10), (packet.Version, packet.ClientId, packet.CleanSession, packet.KeepAlive));
        Assert.Equal((10u, 20), (packet.SessionExpirySeconds, packet.ReceiveMaximum));
        Assert.Equal([new("k", "v")], packet.UserProperties);
        Assert.Equal(("t", "!", MqttQoS.ExactlyOnce, true), (packet.Will!.Topic, Encoding.UTF8.GetString(packet.Will.Payload.Span), packet.Will.QoS, packet.Will.Retain));
        Assert.Equal((30u, 60u, true), (packet.WillDelaySeconds, packet.Will.Properties!.ExpirySeconds, packet.Will.Properties.IsText));
        Assert.Equal("u", packet.UserName);
        Assert.Equal([0xFF, 0x00], packet.PasswordBytes!.Value.ToArray());
    }

    [Fact]
    public void ConnAck()
    {
        Equal("20 02 01 00", new ConnAckPacket { SessionPresent = true }.ToBytes(V311));
        Equal("20 02 00 05", new ConnAckPacket { Reason = MqttReason.NotAuthorized }.ToBytes(V311));
        Equal("20 03 01 00 00", new ConnAckPacket { SessionPresent = true }.ToBytes(V5));
        Equal("20 06 00 00 03 21 000A", new ConnAckPacket { ReceiveMaximum = 10 }.ToBytes(V5));
        Equal("20 05 00 87 02 25 00", new ConnAckPacket { Reason = MqttReason.NotAuthorized, RetainAvailable = false }.ToBytes(V5));
    }

    [Fact]
    public void Publish()
    {
        Equal("30 04 0001 61 21", WireSamples.Publish(new(MqttQoS.AtMostOnce, false, false, 0, V311), "a", "!"));
        Equal("3B 06 0001 61 000A 21", WireSamples.Publish(new(MqttQoS.AtLeastOnce, true, true, 10, V311), "a", "!"));
        Equal("30 05 0001 61 00 21", WireSamples.Publish(new(MqttQoS.AtMostOnce, false, false, 0, V5), "a", "!"));
        Equal("34 13 0000 000A 0D 02 00000005 23 0007 0B 01 0B 8001 21", WireSamples.Publish(
            new(MqttQoS.ExactlyOnce, false, false, 10, V5, TopicAlias: 7, OmitTopic: true, ExpirySeconds: 5, SubscriptionIds: [1, 128]), "a", "!"));
        Equal("30 10 0001 61 0B 01 01 03 0001 74 26 0000 0000 21", WireSamples.Publish(
            new(MqttQoS.AtMostOnce, false, false, 0, V5), "a", "!", new() { IsText = true, ContentType = "t", UserProperties = [new("", "")] }));
    }

    [Fact]
    public void Acknowledgements()
    {
        Equal("40 02 1234", new AckPacket(PacketType.PubAck, 0x1234).ToBytes(V5));
        Equal("50 04 1234 87 00", new AckPacket(PacketType.PubRec, 0x1234, MqttReason.NotAuthorized).ToBytes(V5));
        Equal("62 02 1234", new AckPacket(PacketType.PubRel, 0x1234, MqttReason.PacketIdentifierNotFound).ToBytes(V311));
        Equal("70 08 1234 92 04 1F 0001 78", new AckPacket(PacketType.PubComp, 0x1234, MqttReason.PacketIdentifierNotFound, "x").ToBytes(V5));
    }

    [Fact]
    public void Subscribe_and_its_answer()
    {
        var packet = new SubscribePacket(10, [new("a", MqttQoS.AtLeastOnce, NoLocal: true, RetainAsPublished: true, RetainHandling: 2)]) { SubscriptionId = 200 };

        Equal("82 06 000A 0001 61 01", packet.ToBytes(V311));
        Equal("82 0A 000A 03 0B C801 0001 61 2D", packet.ToBytes(V5));
        Equal("90 04 000A 01 80", new SubAckPacket(10, [MqttReason.GrantedQoS1, MqttReason.NotAuthorized]).ToBytes(V311));
        Equal("90 05 000A 00 01 87", new SubAckPacket(10, [MqttReason.GrantedQoS1, MqttReason.NotAuthorized]).ToBytes(V5));
    }

    [Fact]
    public void Unsubscribe_and_its_answer()
    {
        Equal("A2 05 000A 0001 61", new UnsubscribePacket(10, ["a"]).ToBytes(V311));
        Equal("A2 06 000A 00 0001 61", new UnsubscribePacket(10, ["a"]).ToBytes(V5));
        Equal("B0 02 000A", new UnsubAckPacket(10, [MqttReason.NoSubscriptionExisted]).ToBytes(V311));
        Equal("B0 04 000A 00 11", new UnsubAckPacket(10, [MqttReason.NoSubscriptionExisted]).ToBytes(V5));
    }

    [Fact]
    public void Disconnect_and_auth()
    {
        Equal("E0 00", new DisconnectPacket().ToBytes(V5));
        Equal("E0 00", new DisconnectPacket { Reason = MqttReason.ServerBusy, ReasonString = "x" }.ToBytes(V311));
        Equal("E0 02 8B 00", new DisconnectPacket { Reason = MqttReason.ServerShuttingDown }.ToBytes(V5));
        Equal("E0 07 00 05 11 00000000", new DisconnectPacket { SessionExpirySeconds = 0 }.ToBytes(V5));
        Equal("F0 00", new AuthPacket(MqttReason.Success).ToBytes());
        Equal("F0 0A 18 08 15 0001 6D 16 0001 64", new AuthPacket(MqttReason.ContinueAuthentication) { Method = "m", Data = "d"u8.ToArray() }.ToBytes());
    }

    private static void Equal(string hex, byte[] bytes) => Assert.Equal(hex.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(bytes));

    private static PacketFrame Frame(string hex) => Canonical.Frame(Convert.FromHexString(string.Concat(hex.Where(c => !char.IsWhiteSpace(c)))));
}
