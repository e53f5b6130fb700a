using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>MQTT 5.0 §2.4: every reason code in every packet.</summary>
public sealed class ReasonTests
{
    [Theory]
    [InlineData("CONNACK", false, "00 80 81 82 83 84 85 86 87 88 89 8A 8C 90 95 97 99 9A 9B 9C 9D 9F")]
    [InlineData("PUBACK", true, "00 10 80 83 87 90 91 97 99")]
    [InlineData("PUBREC", true, "00 10 80 83 87 90 91 97 99")]
    [InlineData("PUBREL", true, "00 92")]
    [InlineData("PUBCOMP", true, "00 92")]
    [InlineData("SUBACK", false, "00 01 02 80 83 87 8F 91 97 9E A1 A2")]
    [InlineData("UNSUBACK", false, "00 11 80 83 87 8F 91")]
    [InlineData("DISCONNECT", true, "00 04 80 81 82 83 90 93 94 95 96 97 98 99")]
    [InlineData("DISCONNECT", false, "00 80 81 82 83 87 89 8B 8C 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F A0 A1 A2")]
    [InlineData("AUTH", true, "18 19")]
    [InlineData("AUTH", false, "00 18")]
    public void A_reason_code_stands_where_the_specification_has_it_and_nowhere_else(string name, bool ofClient, string codes)
    {
        var sender = ofClient ? PacketSender.Client : PacketSender.Server;
        var type = Enum.Parse<PacketType>(name, ignoreCase: true);
        var allowed = codes.Split(' ').Select(code => Convert.ToByte(code, 16)).ToHashSet();
        for (var code = 0; code < 256; code++)
        {
            var frame = new PacketFrame(type, type == PacketType.PubRel ? (byte)2 : (byte)0, Body(type, (byte)code));
            if (allowed.Contains((byte)code)) Assert.Equal((byte)code, CodeIn(frame, sender));
            else Assert.Equal(MqttReason.ProtocolError, Assert.Throws<MqttProtocolException>(() => CodeIn(frame, sender)).Reason);
        }
    }

    [Fact]
    public void Every_reason_code_has_a_name()
    {
        var codes = "00 01 02 04 10 11 18 19 80 81 82 83 84 85 86 87 88 89 8A 8B 8C 8D 8E 8F 90 91 92 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F A0 A1 A2";

        Assert.Equal(codes, string.Join(' ', Enum.GetValues<MqttReason>().Select(r => ((byte)r).ToString("X2", null))));
    }

    [Fact]
    public void Older_clients_get_one_of_five_return_codes()
    {
        Assert.Equal(0, ConnAckPacket.ReturnCodeOf(MqttReason.Success));
        Assert.Equal(1, ConnAckPacket.ReturnCodeOf(MqttReason.UnsupportedProtocolVersion));
        Assert.Equal(2, ConnAckPacket.ReturnCodeOf(MqttReason.ClientIdentifierNotValid));
        Assert.Equal(3, ConnAckPacket.ReturnCodeOf(MqttReason.ServerBusy));
        Assert.Equal(4, ConnAckPacket.ReturnCodeOf(MqttReason.BadUserNameOrPassword));
        Assert.Equal(5, ConnAckPacket.ReturnCodeOf(MqttReason.NotAuthorized));
        Assert.All(Enum.GetValues<MqttReason>().Where(r => r >= MqttReason.UnspecifiedError), r => Assert.InRange(ConnAckPacket.ReturnCodeOf(r), 1, 5));
        for (byte code = 0; code <= 5; code++) Assert.Equal(code, ConnAckPacket.ReturnCodeOf(ConnAckPacket.ReasonOf(code)));
        Assert.Throws<MqttProtocolException>(() => ConnAckPacket.ReasonOf(6));
    }

    private static byte[] Body(PacketType type, byte code) => type switch
    {
        PacketType.ConnAck => [0, code, 0],
        PacketType.SubAck or PacketType.UnsubAck => [0, 1, 0, code],
        PacketType.Disconnect => [code],
        PacketType.Auth => [code, 4, 0x15, 0, 1, 0x61],
        _ => [0, 1, code],
    };

    private static byte CodeIn(PacketFrame frame, PacketSender sender) => (byte)(frame.Type switch
    {
        PacketType.ConnAck => ConnAckPacket.Read(frame, ProtocolVersion.V5).Reason,
        PacketType.SubAck => SubAckPacket.Read(frame, ProtocolVersion.V5).Reasons[0],
        PacketType.UnsubAck => UnsubAckPacket.Read(frame, ProtocolVersion.V5).Reasons[0],
        PacketType.Disconnect => DisconnectPacket.Read(frame, ProtocolVersion.V5, sender).Reason,
        PacketType.Auth => AuthPacket.Read(frame, ProtocolVersion.V5, sender).Reason,
        _ => AckPacket.Read(frame, ProtocolVersion.V5).Reason,
    });
}
