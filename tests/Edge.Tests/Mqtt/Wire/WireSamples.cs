using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Wire;

namespace Edge.Tests.Mqtt.Wire;

/// <summary>Packets of every kind in every version, plain and with everything that may be in them.</summary>
internal static class WireSamples
{
    private const PacketSender Client = PacketSender.Client;
    private const PacketSender Server = PacketSender.Server;

    public static MqttUserProperty[] Users { get; } = [new("b", "1"), new("a", "ü"), new("b", "1"), new("", "")];

    public static MqttMessageProperties MessageProperties { get; } = new()
    {
        IsText = true,
        ExpirySeconds = 3600,
        ContentType = "text/plain",
        ResponseTopic = "answers/7",
        CorrelationData = new byte[] { 0, 255, 7 },
        UserProperties = Users,
    };

    /// <summary>A packet of 3.1.1 or later with all that CONNECT can have.</summary>
    public static ConnectPacket FullConnect { get; } = new()
    {
        ClientId = "é-node",
        CleanSession = false,
        KeepAlive = 65535,
        Will = new("a/will", "bye"u8.ToArray(), MqttQoS.ExactlyOnce, Retain: true) { Properties = MessageProperties },
        WillDelaySeconds = 30,
        UserName = "node-1",
        Password = "secret",
        SessionExpirySeconds = uint.MaxValue,
        ReceiveMaximum = 20,
        MaximumPacketSize = 65536,
        TopicAliasMaximum = 10,
        RequestResponseInformation = true,
        RequestProblemInformation = false,
        AuthenticationMethod = "OAUTH2-JWT",
        AuthenticationData = new byte[] { 1, 2, 3 },
        UserProperties = Users,
    };

    public static ConnAckPacket FullConnAck { get; } = new()
    {
        SessionPresent = true,
        SessionExpirySeconds = 60,
        ReceiveMaximum = 100,
        MaximumQoS = MqttQoS.AtLeastOnce,
        RetainAvailable = false,
        MaximumPacketSize = 1000,
        AssignedClientId = "auto-1",
        TopicAliasMaximum = 16,
        ReasonString = "fine",
        UserProperties = Users,
        WildcardSubscriptionsAvailable = false,
        SubscriptionIdsAvailable = false,
        SharedSubscriptionsAvailable = false,
        ServerKeepAlive = 0,
        ResponseInformation = "answers/",
        ServerReference = "other:1883",
        AuthenticationMethod = "OAUTH2-JWT",
        AuthenticationData = ReadOnlyMemory<byte>.Empty,
    };

    public static SubscribePacket FullSubscribe { get; } =
        new(10, [new("a/+/c", MqttQoS.AtLeastOnce, NoLocal: true, RetainAsPublished: true, RetainHandling: 2), new("$share/g/#", MqttQoS.ExactlyOnce, RetainHandling: 1)])
        {
            SubscriptionId = VariableInteger.Max,
            UserProperties = Users,
        };

    /// <summary>All of them; made last, out of those above.</summary>
    public static IReadOnlyList<WireSample> All { get; } =
        [.. Of(ProtocolVersion.V31), .. Of(ProtocolVersion.V311), .. Of(ProtocolVersion.V5), .. OfV5Only()];

    public static byte[] Publish(PublishEnvelope envelope, string topic, string payload, MqttMessageProperties? properties = null)
    {
        var content = new PublishContent(Encoding.UTF8.GetBytes(topic), PublishWriter.EncodeProperties(properties), Encoding.UTF8.GetBytes(payload));
        var bytes = new byte[PublishWriter.Size(content, envelope)];
        PublishWriter.Write(bytes, content, envelope);
        return bytes;
    }

    private static IEnumerable<WireSample> Of(ProtocolVersion version) =>
    [
        new("connect", version, Client, new ConnectPacket { ClientId = "node-1", KeepAlive = 60 }.ToBytes(version)),
        new("connect with everything", version, Client, FullConnect.ToBytes(version)),
        new("connack", version, Server, new ConnAckPacket().ToBytes(version)),
        new("connack with everything", version, Server, FullConnAck.ToBytes(version)),
        new("connack that refuses", version, Server, new ConnAckPacket { Reason = MqttReason.NotAuthorized }.ToBytes(version)),
        new("publish 0", version, Client, Publish(new(MqttQoS.AtMostOnce, true, false, 0, version), "a/ü/c", "payload")),
        new("publish 1", version, Client, Publish(new(MqttQoS.AtLeastOnce, true, true, 7, version), "a/ü/c", "payload")),
        new("publish 2", version, Client, Publish(new(MqttQoS.ExactlyOnce, false, true, 65535, version), "a/ü/c", "")),
        new("publish of two length bytes", version, Client, Publish(new(MqttQoS.AtLeastOnce, false, false, 1, version), "a", new('x', 200))),
        .. new[] { PacketType.PubAck, PacketType.PubRec, PacketType.PubRel, PacketType.PubComp }
            .Select(type => new WireSample(type.ToString(), version, Client, new AckPacket(type, 0x1234).ToBytes(version))),
        new("subscribe", version, Client, new SubscribePacket(10, [new("a/+/c", MqttQoS.AtLeastOnce), new("#", MqttQoS.ExactlyOnce)]).ToBytes(version)),
        new("suback", version, Server, new SubAckPacket(10, [MqttReason.GrantedQoS1, MqttReason.UnspecifiedError]).ToBytes(version)),
        new("unsubscribe", version, Client, new UnsubscribePacket(11, ["a/+/c", "#"]).ToBytes(version)),
        new("unsuback", version, Server, new UnsubAckPacket(11, version == ProtocolVersion.V5 ? [MqttReason.Success, MqttReason.NoSubscriptionExisted] : []).ToBytes(version)),
        new("pingreq", version, Client, [0xC0, 0]),
        new("pingresp", version, Server, [0xD0, 0]),
        new("disconnect", version, Client, new DisconnectPacket().ToBytes(version)),
    ];

    private static IEnumerable<WireSample> OfV5Only()
    {
        const ProtocolVersion V5 = ProtocolVersion.V5;
        var acks = new AckPacket[]
        {
            new(PacketType.PubAck, 1, MqttReason.NotAuthorized, "no", Users), new(PacketType.PubRec, 2, MqttReason.NoMatchingSubscribers, null, Users),
            new(PacketType.PubRel, 3, MqttReason.PacketIdentifierNotFound, "gone"), new(PacketType.PubComp, 4, MqttReason.PacketIdentifierNotFound),
        };
        foreach (var ack in acks) yield return new($"{ack.Type} with everything", V5, Client, ack.ToBytes(V5));
        yield return new("publish with everything", V5, Server, Publish(
            new(MqttQoS.ExactlyOnce, false, true, 65535, V5, 9, false, 3600, [1, 128, VariableInteger.Max]), "a/ü/c", "payload", MessageProperties));
        yield return new("publish by alias", V5, Client, Publish(new(MqttQoS.AtMostOnce, false, false, 0, V5, 9, OmitTopic: true), "a/ü/c", "payload"));
        yield return new("subscribe with everything", V5, Client, FullSubscribe.ToBytes(V5));
        yield return new("suback with everything", V5, Server,
            new SubAckPacket(10, [MqttReason.GrantedQoS2, MqttReason.WildcardSubscriptionsNotSupported]) { ReasonString = "partly", UserProperties = Users }.ToBytes(V5));
        yield return new("unsubscribe with everything", V5, Client, new UnsubscribePacket(11, ["a/+/c", "#"]) { UserProperties = Users }.ToBytes(V5));
        yield return new("unsuback with everything", V5, Server,
            new UnsubAckPacket(11, [MqttReason.Success, MqttReason.NotAuthorized]) { ReasonString = "partly", UserProperties = Users }.ToBytes(V5));
        yield return new("disconnect of a client", V5, Client,
            new DisconnectPacket { Reason = MqttReason.DisconnectWithWill, SessionExpirySeconds = 0, ReasonString = "bye", UserProperties = Users }.ToBytes(V5));
        yield return new("disconnect of a server", V5, Server,
            new DisconnectPacket { Reason = MqttReason.ServerMoved, ReasonString = "bye", UserProperties = Users, ServerReference = "other" }.ToBytes(V5));
        yield return new("disconnect with a reason only", V5, Server, new DisconnectPacket { Reason = MqttReason.ServerShuttingDown }.ToBytes(V5));
        yield return new("auth", V5, Client, new AuthPacket(MqttReason.ReAuthenticate) { Method = "OAUTH2-JWT" }.ToBytes());
        yield return new("auth with everything", V5, Server, new AuthPacket(MqttReason.ContinueAuthentication)
        {
            Method = "SCRAM-SHA-256",
            Data = new byte[] { 1, 2 },
            ReasonString = "go on",
            UserProperties = Users,
        }.ToBytes());
        yield return new("auth that is empty", V5, Server, new AuthPacket(MqttReason.Success).ToBytes());
    }
}
