using Edge.Mqtt;
using Edge.Mqtt.Wire;
using Edge.Tests.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Fuzz;

/// <summary>What a client says from its CONNECT to its end, packet by packet.</summary>
internal sealed record RecordedSession(string Name, ProtocolVersion Version, IReadOnlyList<byte[]> Packets)
{
    private const string Topic = "fuzz/a/1";

    /// <summary>Sessions of every version: the usual ones, and each packet that a client may send after its CONNECT.</summary>
    public static IReadOnlyList<RecordedSession> All(string token) =>
        [.. new[] { ProtocolVersion.V31, ProtocolVersion.V311, ProtocolVersion.V5 }.SelectMany(version => Of(version, token)), .. OfV5Only(token)];

    /// <summary>CONNECT, as the session of this name begins with it.</summary>
    public static ConnectPacket Connect(string clientId, string token) => new() { ClientId = clientId, UserName = clientId, Password = token };

    public override string ToString() => $"{Name} of {Version}";

    private static IEnumerable<RecordedSession> Of(ProtocolVersion version, string token)
    {
        var plain = Connect("fuzz-plain", token).ToBytes(version);
        var lasting = (Connect("fuzz-lasting", token) with
        {
            CleanSession = false,
            SessionExpirySeconds = 600,
            KeepAlive = 60,
            Will = new("fuzz/will", "bye"u8.ToArray(), MqttQoS.ExactlyOnce, Retain: true),
        }).ToBytes(version);
        byte[] ping = [0xC0, 0], bye = new DisconnectPacket().ToBytes(version);
        yield return new("itself", version,
        [
            plain, Subscribe(version, 1, "fuzz/#", MqttQoS.ExactlyOnce), Publish(version, MqttQoS.AtMostOnce, 0), Publish(version, MqttQoS.AtLeastOnce, 1),
            Publish(version, MqttQoS.ExactlyOnce, 2), Ack(PacketType.PubRel, 2, version), Ack(PacketType.PubAck, 1, version), Ack(PacketType.PubRec, 2, version),
            Ack(PacketType.PubComp, 2, version), ping, new UnsubscribePacket(3, ["fuzz/#"]).ToBytes(version), bye,
        ]);
        yield return new("lasting", version,
        [
            lasting, Subscribe(version, 1, "fuzz/+/1", MqttQoS.AtLeastOnce), Subscribe(version, 2, "$share/g/fuzz/a/#", MqttQoS.ExactlyOnce),
            Publish(version, MqttQoS.ExactlyOnce, 7), Publish(version, MqttQoS.ExactlyOnce, 7), Ack(PacketType.PubRel, 7, version), Publish(version, MqttQoS.AtLeastOnce, 8, retain: true), ping,
        ]);
        yield return new("coming back", version, [lasting, ping, Ack(PacketType.PubAck, 1, version), Ack(PacketType.PubRec, 2, version), bye]);
        yield return new("refused", version, [Connect("fuzz-stranger", "token-of-nobody").ToBytes(version), ping]);
        yield return new("nameless", version, [Connect("", token).ToBytes(version), Publish(version, MqttQoS.AtLeastOnce, 1), ping, bye]);
        foreach (var sample in WireSamples.All.Where(s => s.Sender == PacketSender.Client && s.Version == version))
            yield return new(sample.Name, version, [plain, sample.Bytes, ping]);
    }

    private static IEnumerable<RecordedSession> OfV5Only(string token)
    {
        const ProtocolVersion V5 = ProtocolVersion.V5;
        var rich = (Connect("fuzz-rich", token) with { ReceiveMaximum = 2, MaximumPacketSize = 200, TopicAliasMaximum = 4, RequestResponseInformation = true }).ToBytes(V5);
        var properties = WireSamples.MessageProperties;
        yield return new("aliases", V5,
        [
            rich, Subscribe(V5, 1, "fuzz/#", MqttQoS.AtLeastOnce, id: 5),
            WireSamples.Publish(new(MqttQoS.AtMostOnce, false, false, 0, V5, TopicAlias: 3), Topic, "set", properties),
            WireSamples.Publish(new(MqttQoS.AtLeastOnce, false, false, 9, V5, TopicAlias: 3, OmitTopic: true, ExpirySeconds: 60), Topic, "used", properties),
            Publish(V5, MqttQoS.AtMostOnce, 0), [0xC0, 0], new DisconnectPacket { Reason = MqttReason.DisconnectWithWill, SessionExpirySeconds = 0 }.ToBytes(V5),
        ]);
        var method = (Connect("fuzz-auth", token) with { AuthenticationMethod = "OAUTH2-JWT", AuthenticationData = System.Text.Encoding.UTF8.GetBytes(token) }).ToBytes(V5);
        var again = new AuthPacket(MqttReason.ReAuthenticate) { Method = "OAUTH2-JWT", Data = System.Text.Encoding.UTF8.GetBytes(token) }.ToBytes();
        yield return new("authentication", V5, [method, [0xC0, 0], again, Publish(V5, MqttQoS.AtLeastOnce, 1), [0xC0, 0]]);
    }

    private static byte[] Subscribe(ProtocolVersion version, ushort packetId, string filter, MqttQoS qos, uint id = 0) =>
        new SubscribePacket(packetId, [new(filter, qos)]) { SubscriptionId = version == ProtocolVersion.V5 ? id : 0 }.ToBytes(version);

    private static byte[] Publish(ProtocolVersion version, MqttQoS qos, ushort id, bool retain = false) =>
        WireSamples.Publish(new(qos, retain, false, id, version), Topic, "payload");

    private static byte[] Ack(PacketType type, ushort id, ProtocolVersion version) => new AckPacket(type, id).ToBytes(version);
}
