using System.Buffers;
using System.Text;

namespace Edge.Mqtt.Wire;

/// <summary>PUBLISH as it came in (MQTT 5.0 §3.3). It points into the connection's buffer: whoever keeps something copies it.</summary>
internal readonly record struct PublishPacket
{
    private const byte RetainFlag = 0x01;
    private const byte DuplicateFlag = 0x08;

    private static readonly SearchValues<byte> Wildcards = SearchValues.Create("+#"u8);

    public MqttQoS QoS { get; private init; }

    public bool Retain { get; private init; }

    public bool IsDuplicate { get; private init; }

    /// <summary>0 for QoS 0.</summary>
    public ushort PacketId { get; private init; }

    /// <summary>The topic's bytes, not looked at yet: <see cref="DecodeTopic"/> does. Empty only where there is an alias.</summary>
    public ReadOnlyMemory<byte> Topic { get; private init; }

    /// <summary>0 for none.</summary>
    public ushort TopicAlias { get; private init; }

    /// <summary>True where the sender says that the payload is text.</summary>
    public bool IsText { get; private init; }

    /// <summary>The seconds that the message is of use; null for ever.</summary>
    public uint? ExpirySeconds { get; private init; }

    /// <summary>The property section without its length, as it came, checked.</summary>
    public ReadOnlyMemory<byte> Properties { get; private init; }

    public ReadOnlyMemory<byte> Payload { get; private init; }

    /// <summary>Reads PUBLISH's body; allocates nothing.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static PublishPacket Read(PacketFrame frame, ProtocolVersion version, PacketSender sender = PacketSender.Client)
    {
        var qos = (MqttQoS)(frame.Flags >> 1 & 3);
        var isDuplicate = (frame.Flags & DuplicateFlag) != 0;
        CheckFlags(qos, isDuplicate, version);

        var reader = new PacketReader(frame);
        var topicLength = reader.ReadBytes("topic").Length;
        var packet = new PublishPacket
        {
            QoS = qos,
            Retain = (frame.Flags & RetainFlag) != 0,
            IsDuplicate = isDuplicate,
            Topic = frame.Body.Slice(2, topicLength),
            PacketId = qos == MqttQoS.AtMostOnce ? (ushort)0 : reader.ReadPacketId(),
        };
        if (version == ProtocolVersion.V5) packet = ReadProperties(ref reader, packet, frame.Body, sender);
        if (topicLength == 0 && packet.TopicAlias == 0) throw new MqttProtocolException("PUBLISH without a topic ([MQTT-4.7.3-1]).");

        return packet with { Payload = frame.Body[reader.Position..] };
    }

    /// <summary>The topic as text.</summary>
    /// <exception cref="MqttProtocolException">It is empty, not UTF-8, or has U+0000 or wildcards.</exception>
    public static string DecodeTopic(ReadOnlySpan<byte> topic)
    {
        if (topic.IsEmpty) throw new MqttProtocolException("PUBLISH without a topic ([MQTT-4.7.3-1]).");

        PacketReader.CheckText(topic, PacketType.Publish, "topic");
        return topic.ContainsAny(Wildcards)
            ? throw new MqttProtocolException("PUBLISH to a topic with wildcards ([MQTT-3.3.2-2]).")
            : Encoding.UTF8.GetString(topic);
    }

    /// <summary>The properties of the message; null where it has none.</summary>
    public MqttMessageProperties? ReadProperties()
    {
        if (Properties.IsEmpty) return null;

        var message = new MessagePropertyReader();
        var properties = Walk();
        while (properties.MoveNext()) message.Read(ref properties);
        return message.Properties;
    }

    /// <summary>The identifiers of the subscriptions that the message matched, as a server tells its client.</summary>
    public IReadOnlyList<uint> ReadSubscriptionIds()
    {
        List<uint>? ids = null;
        var properties = Walk();
        while (properties.MoveNext())
        {
            if (properties.Id == PropertyId.SubscriptionId) (ids ??= []).Add(properties.ReadSubscriptionId());
            else properties.Check();
        }

        return ids ?? [];
    }

    /// <summary>The part of <see cref="Properties"/> that goes on to every receiver as it is (<see cref="PublishContent.Properties"/>): without expiry,
    /// alias and subscription identifiers. Copied only where one of these stands in the middle.</summary>
    public ReadOnlyMemory<byte> SharedProperties()
    {
        var shared = new SharedProperties(Properties);
        var properties = Walk();
        while (properties.MoveNext())
        {
            properties.Check();
            shared.Next(properties.Id, properties.Position);
        }

        return shared.Result;
    }

    private PropertyReader Walk() => new(PacketType.Publish, Properties.Span, PropertySets.PublishOfServer);

    private static void CheckFlags(MqttQoS qos, bool isDuplicate, ProtocolVersion version)
    {
        if (qos > MqttQoS.ExactlyOnce) throw MqttProtocolException.Malformed("PUBLISH with QoS 3 ([MQTT-3.3.1-4]).");
        if (isDuplicate && qos == MqttQoS.AtMostOnce && version != ProtocolVersion.V31)
            throw MqttProtocolException.Malformed("PUBLISH with QoS 0 and DUP ([MQTT-3.3.1-2]).");
    }

    private static PublishPacket ReadProperties(ref PacketReader reader, PublishPacket packet, ReadOnlyMemory<byte> body, PacketSender sender)
    {
        var length = reader.ReadVariable("property length");
        if (length == 0) return packet;

        var start = reader.Position;
        var allowed = sender == PacketSender.Client ? PropertySets.PublishOfClient : PropertySets.PublishOfServer;
        var properties = new PropertyReader(PacketType.Publish, reader.Take(length, "properties"), allowed);
        var (alias, isText, expiry) = ((ushort)0, false, (uint?)null);
        while (properties.MoveNext())
        {
            if (properties.Id == PropertyId.TopicAlias) alias = properties.ReadTopicAlias();
            else if (properties.Id == PropertyId.PayloadFormat) isText = properties.ReadFlag();
            else if (properties.Id == PropertyId.MessageExpiry) expiry = properties.ReadUInt32();
            else properties.Check();
        }

        return packet with { TopicAlias = alias, IsText = isText, ExpirySeconds = expiry, Properties = body.Slice(start, length) };
    }
}
