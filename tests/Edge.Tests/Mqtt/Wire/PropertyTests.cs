using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>MQTT 5.0 §2.2.2: every property on every packet.</summary>
public sealed class PropertyTests
{
    public static TheoryData<string> Places => [.. PropertyPlaces.All];

    [Theory]
    [MemberData(nameof(Places))]
    public void Each_property_stands_where_the_specification_has_it_and_nowhere_else(string place)
    {
        for (byte id = 0; id < 128; id++)
        {
            byte[] value = PropertyPlaces.Table.ContainsKey(id) ? PropertyPlaces.Property(id) : [id, 0, 0, 0, 0];
            byte[] section = [.. PropertyPlaces.CompanionOf(id, place), .. value];

            if (PropertyPlaces.MayStand(id, place))
                Assert.Contains(Convert.ToHexString(value), Convert.ToHexString(PropertyPlaces.Read(place, section)), StringComparison.Ordinal);
            else
                Assert.Equal(MqttReason.MalformedPacket, Violation(place, section).Reason);
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_property_comes_once_but_for_those_that_may_come_again(string place)
    {
        foreach (var id in PropertyPlaces.Table.Keys.Where(id => PropertyPlaces.MayStand(id, place)))
        {
            byte[] section = [.. PropertyPlaces.CompanionOf(id, place), .. PropertyPlaces.Property(id), .. PropertyPlaces.Property(id)];

            if (id == 0x26 || (id == 0x0B && place == "PUBLISH-S")) PropertyPlaces.Read(place, section);
            else Assert.Equal(MqttReason.ProtocolError, Violation(place, section).Reason);
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_section_that_ends_within_a_property_is_malformed(string place)
    {
        foreach (var id in PropertyPlaces.Table.Keys.Where(id => PropertyPlaces.MayStand(id, place)))
        {
            var property = PropertyPlaces.Property(id);
            for (var length = 1; length < property.Length; length++)
                Assert.Equal(MqttReason.MalformedPacket, Violation(place, [.. PropertyPlaces.CompanionOf(id, place), .. property[..length]]).Reason);
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_section_longer_than_its_packet_is_malformed(string place)
    {
        foreach (byte[] length in new byte[][] { [0x7F], [0xFF, 0xFF, 0xFF, 0x7F], [0x80, 0x80, 0x80, 0x80, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0x01] })
            Assert.Equal(MqttReason.MalformedPacket, Violation(place, PropertyPlaces.Property(0x26), length).Reason);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_length_and_an_identifier_may_be_longer_than_needed(string place)
    {
        byte[] section = [.. PropertyPlaces.CompanionOf(0x26, place), 0xA6, 0x80, 0x00, 0, 1, 0x61, 0, 1, 0x62];

        Assert.Contains("26000161000162", Convert.ToHexString(PropertyPlaces.Read(place, section, [(byte)(section.Length | 0x80), 0x80, 0x80, 0x00])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUBLISH-C WILL", "01 02", "neither 0 nor 1")]
    [InlineData("CONNECT", "17 02", "neither 0 nor 1")]
    [InlineData("CONNECT", "19 FF", "neither 0 nor 1")]
    [InlineData("CONNACK", "24 02", "neither 0 nor 1")]
    [InlineData("CONNACK", "25 02", "neither 0 nor 1")]
    [InlineData("CONNACK", "28 02", "neither 0 nor 1")]
    [InlineData("CONNACK", "29 02", "neither 0 nor 1")]
    [InlineData("CONNACK", "2A 02", "neither 0 nor 1")]
    [InlineData("CONNECT CONNACK", "21 0000", "is 0")]
    [InlineData("CONNECT CONNACK", "27 00000000", "is 0")]
    [InlineData("SUBSCRIBE PUBLISH-S", "0B 00", "is 0")]
    [InlineData("SUBSCRIBE PUBLISH-S", "0B 8080808000", "more than four bytes", MqttReason.MalformedPacket)]
    [InlineData("PUBLISH-C PUBLISH-S", "23 0000", "topic alias 0", MqttReason.TopicAliasInvalid)]
    [InlineData("PUBLISH-C WILL", "08 0003 612F23", "[MQTT-3.3.2-14]")]
    [InlineData("PUBLISH-C WILL", "08 0001 2B", "[MQTT-3.3.2-14]")]
    [InlineData("CONNECT CONNACK", "16 0000", "data but no method")]
    [InlineData("AUTH", "16 0000", "AUTH without a method")]
    public void A_value_out_of_range_is_refused_with_its_reason(string places, string hex, string expected, MqttReason reason = MqttReason.ProtocolError)
    {
        foreach (var place in places.Split(' '))
        {
            var violation = Violation(place, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

            Assert.Contains(expected, violation.Message, StringComparison.Ordinal);
            Assert.Equal(reason, violation.Reason);
        }
    }

    [Theory]
    [InlineData("C328")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    [InlineData("C080")]
    [InlineData("00")]
    public void Text_that_is_none_is_malformed_in_every_property(string text)
    {
        byte[] bytes = [0, (byte)(text.Length / 2), .. Convert.FromHexString(text)];
        foreach (var place in PropertyPlaces.All)
        {
            foreach (var id in new byte[] { 0x03, 0x08, 0x12, 0x15, 0x1A, 0x1C, 0x1F }.Where(id => PropertyPlaces.MayStand(id, place)))
                Assert.Equal(MqttReason.MalformedPacket, Violation(place, [.. PropertyPlaces.CompanionOf(id, place), id, .. bytes]).Reason);
            Assert.Equal(MqttReason.MalformedPacket, Violation(place, [0x26, .. bytes, 0, 0]).Reason);
            Assert.Equal(MqttReason.MalformedPacket, Violation(place, [0x26, 0, 0, .. bytes]).Reason);
        }
    }

    private static MqttProtocolException Violation(string place, byte[] section, byte[]? length = null) =>
        Assert.Throws<MqttProtocolException>(() => PropertyPlaces.Read(place, section, length));
}
