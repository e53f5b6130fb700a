using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>The forms in which nanoFramework's M2Mqtt, the client on the boards, writes its packets: always with reason code and property length, whether needed or not.</summary>
public sealed class NanoFrameworkTests
{
    [Theory]
    [InlineData(ProtocolVersion.V31, "10 11 0006 4D5149736470 03 02 003C 0003 6E6F31")]
    [InlineData(ProtocolVersion.V31, "82 06 0001 0001 61 01")]
    [InlineData(ProtocolVersion.V31, "8A 06 0001 0001 61 01")]
    [InlineData(ProtocolVersion.V31, "6A 02 0001")]
    [InlineData(ProtocolVersion.V311, "10 1C 0004 4D515454 04 C2 003C 0003 6E6F31 0003 6E6F31 0006 746F6B656E21")]
    [InlineData(ProtocolVersion.V311, "82 06 0001 0001 61 01")]
    [InlineData(ProtocolVersion.V311, "62 02 0001")]
    [InlineData(ProtocolVersion.V311, "E0 00")]
    [InlineData(ProtocolVersion.V5, "10 24 0004 4D515454 05 06 003C 0D 11 0000003C 21 0014 22 000A 17 00 0003 6E6F31 00 0001 61 0001 62")]
    [InlineData(ProtocolVersion.V5, "33 0F 0001 61 0002 05 02 0000003C 7B7D7B7D")]
    [InlineData(ProtocolVersion.V5, "82 09 0001 02 0B 07 0001 61 0D")]
    [InlineData(ProtocolVersion.V5, "A2 06 0001 00 0001 61")]
    [InlineData(ProtocolVersion.V5, "40 04 0001 00 00")]
    [InlineData(ProtocolVersion.V5, "50 04 0001 00 00")]
    [InlineData(ProtocolVersion.V5, "62 04 0001 00 00")]
    [InlineData(ProtocolVersion.V5, "70 04 0001 00 00")]
    [InlineData(ProtocolVersion.V5, "E0 02 04 00")]
    [InlineData(ProtocolVersion.V5, "F0 0A 19 08 15 0001 61 1F 0001 62")]
    public void What_it_writes_is_taken(ProtocolVersion version, string hex) =>
        Assert.NotEmpty(Canonical.Of(Canonical.Frame(Bytes(hex)), version, PacketSender.Client));

    /// <summary>Four things it does that MQTT forbids: the delay of a will among CONNECT's own properties, PUBREL repeated with DUP in 5.0, a subscription identifier
    /// that the property length does not count, and AUTH without a method where it has no reason string.</summary>
    [Theory]
    [InlineData("10 18 0004 4D515454 05 06 003C 05 18 0000001E 0000 00 0001 61 0000")]
    [InlineData("6A 04 0001 00 00")]
    [InlineData("82 09 0001 00 0B 07 0001 61 0D")]
    [InlineData("F0 02 19 00")]
    public void Where_it_breaks_5_0_it_is_told(string hex)
    {
        var violation = Assert.Throws<MqttProtocolException>(() => Canonical.Of(Canonical.Frame(Bytes(hex)), ProtocolVersion.V5, PacketSender.Client));

        Assert.True(violation.Reason is MqttReason.MalformedPacket or MqttReason.ProtocolError);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
