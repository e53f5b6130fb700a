using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>Every place of MQTT 5.0 where properties stand, as a packet around a property section; and the table of who may stand where.</summary>
internal static class PropertyPlaces
{
    /// <summary>The table of §2.2.2.2, with an example of each value. C and S tell the sides apart where only one may send it.</summary>
    public static IReadOnlyDictionary<byte, (string Value, string Places)> Table { get; } = new Dictionary<byte, (string, string)>
    {
        [0x01] = ("01", "PUBLISH-C PUBLISH-S WILL"),
        [0x02] = ("0000000A", "PUBLISH-C PUBLISH-S WILL"),
        [0x03] = ("000161", "PUBLISH-C PUBLISH-S WILL"),
        [0x08] = ("000161", "PUBLISH-C PUBLISH-S WILL"),
        [0x09] = ("000161", "PUBLISH-C PUBLISH-S WILL"),
        [0x0B] = ("8001", "PUBLISH-S SUBSCRIBE"),
        [0x11] = ("0000000A", "CONNECT CONNACK DISCONNECT-C"),
        [0x12] = ("000161", "CONNACK"),
        [0x13] = ("000A", "CONNACK"),
        [0x15] = ("000161", "CONNECT CONNACK AUTH"),
        [0x16] = ("000161", "CONNECT CONNACK AUTH"),
        [0x17] = ("00", "CONNECT"),
        [0x18] = ("0000000A", "WILL"),
        [0x19] = ("01", "CONNECT"),
        [0x1A] = ("000161", "CONNACK"),
        [0x1C] = ("000161", "CONNACK DISCONNECT-S"),
        [0x1F] = ("000161", "CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT-C DISCONNECT-S AUTH"),
        [0x21] = ("000A", "CONNECT CONNACK"),
        [0x22] = ("000A", "CONNECT CONNACK"),
        [0x23] = ("000A", "PUBLISH-C PUBLISH-S"),
        [0x24] = ("01", "CONNACK"),
        [0x25] = ("00", "CONNACK"),
        [0x26] = ("000161000162", "CONNECT CONNACK PUBLISH-C PUBLISH-S WILL PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK UNSUBSCRIBE UNSUBACK DISCONNECT-C DISCONNECT-S AUTH"),
        [0x27] = ("0000000A", "CONNECT CONNACK"),
        [0x28] = ("00", "CONNACK"),
        [0x29] = ("00", "CONNACK"),
        [0x2A] = ("00", "CONNACK"),
    };

    public static IReadOnlyList<string> All { get; } = [.. Table[0x26].Places.Split(' ')];

    public static bool MayStand(byte id, string place) => Table.TryGetValue(id, out var row) && row.Places.Split(' ').Contains(place);

    /// <summary>A property as it stands in a section.</summary>
    public static byte[] Property(byte id) => [id, .. Convert.FromHexString(Table[id].Value)];

    /// <summary>What the rules want beside a property: authentication data needs a method, and AUTH always does.</summary>
    public static byte[] CompanionOf(byte id, string place) => id != 0x15 && (place == "AUTH" || id == 0x16) ? [0x15, 0x00, 0x01, 0x61] : [];

    /// <summary>Reads a packet with this section as its receiver does.</summary>
    /// <param name="place">One of <see cref="All"/>.</param>
    /// <param name="section">The properties.</param>
    /// <param name="length">What the packet says about the section's length.</param>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static byte[] Read(string place, byte[] section, byte[]? length = null)
    {
        byte[] properties = [.. length ?? LengthOf(section), .. section];
        var (type, flags, body) = place switch
        {
            "CONNECT" => (PacketType.Connect, 0, (byte[])[0, 4, .. "MQTT"u8, 5, 2, 0, 0, .. properties, 0, 0]),
            "WILL" => (PacketType.Connect, 0, [0, 4, .. "MQTT"u8, 5, 6, 0, 0, 0, 0, 0, .. properties, 0, 1, 0x61, 0, 0]),
            "CONNACK" => (PacketType.ConnAck, 0, [0, 0, .. properties]),
            "PUBLISH-C" or "PUBLISH-S" => (PacketType.Publish, 0, [0, 1, 0x61, .. properties]),
            "SUBSCRIBE" => (PacketType.Subscribe, 2, [0, 1, .. properties, 0, 1, 0x61, 0]),
            "SUBACK" => (PacketType.SubAck, 0, [0, 1, .. properties, 0]),
            "UNSUBSCRIBE" => (PacketType.Unsubscribe, 2, [0, 1, .. properties, 0, 1, 0x61]),
            "UNSUBACK" => (PacketType.UnsubAck, 0, [0, 1, .. properties, 0]),
            "DISCONNECT-C" or "DISCONNECT-S" => (PacketType.Disconnect, 0, [0, .. properties]),
            "AUTH" => (PacketType.Auth, 0, [0x18, .. properties]),
            _ => (Enum.Parse<PacketType>(place, ignoreCase: true), place == "PUBREL" ? 2 : 0, [0, 1, 0, .. properties]),
        };
        var sender = place is "CONNACK" or "SUBACK" or "UNSUBACK" || place.EndsWith("-S", StringComparison.Ordinal) ? PacketSender.Server : PacketSender.Client;
        return Canonical.Of(new(type, (byte)flags, body), ProtocolVersion.V5, sender);
    }

    private static byte[] LengthOf(byte[] section)
    {
        var length = new byte[VariableInteger.MaxBytes];
        return length[..VariableInteger.Write(length, section.Length)];
    }
}
