using System.Buffers.Binary;

namespace Edge.Mqtt.Wire;

/// <summary>What every receiver of a message gets alike.</summary>
/// <param name="topic">UTF-8, without its length.</param>
/// <param name="properties">Encoded, without length, expiry, alias and subscription identifiers, as <see cref="PublishWriter.EncodeProperties"/> and
/// <see cref="PublishPacket.SharedProperties"/> make them. Only MQTT 5.0 receivers see them.</param>
/// <param name="payload">The message's bytes.</param>
internal readonly ref struct PublishContent(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> properties, ReadOnlySpan<byte> payload)
{
    public ReadOnlySpan<byte> Topic { get; } = topic;

    public ReadOnlySpan<byte> Properties { get; } = properties;

    public ReadOnlySpan<byte> Payload { get; } = payload;
}

/// <summary>What is one receiver's own in a PUBLISH.</summary>
/// <param name="QoS">As granted.</param>
/// <param name="Retain">The retain flag.</param>
/// <param name="IsDuplicate">Sent before; never with QoS 0.</param>
/// <param name="PacketId">Not 0 for QoS 1 and 2; not written for QoS 0.</param>
/// <param name="Version">What the receiver speaks. Before 5.0 nothing of what follows is written.</param>
/// <param name="TopicAlias">0 for none.</param>
/// <param name="OmitTopic">The receiver knows the alias: the topic is not written.</param>
/// <param name="ExpirySeconds">What is left of the message's time; null for no end.</param>
/// <param name="SubscriptionIds">Of the subscriptions that it matched; null for none.</param>
internal readonly record struct PublishEnvelope(
    MqttQoS QoS, bool Retain, bool IsDuplicate, ushort PacketId, ProtocolVersion Version, ushort TopicAlias = 0, bool OmitTopic = false,
    uint? ExpirySeconds = null, uint[]? SubscriptionIds = null);

/// <summary>Writes PUBLISH (MQTT 5.0 §3.3) straight to where it is sent from; allocates nothing.</summary>
internal static class PublishWriter
{
    /// <summary>The bytes of the whole packet; it may be more than <see cref="PacketFrame.MaxBytes"/>, which cannot be sent.</summary>
    public static int Size(in PublishContent content, in PublishEnvelope envelope) => PacketFrame.Size(BodyLength(content, envelope));

    /// <summary>Writes the whole packet, which takes exactly <see cref="Size"/> bytes.</summary>
    public static int Write(Span<byte> output, in PublishContent content, in PublishEnvelope envelope)
    {
        var flags = (byte)((envelope.IsDuplicate ? 8 : 0) | (byte)envelope.QoS << 1 | (envelope.Retain ? 1 : 0));
        var at = PacketFrame.WriteHeader(output, PacketType.Publish, flags, BodyLength(content, envelope));

        var topic = TopicOf(content, envelope);
        BinaryPrimitives.WriteUInt16BigEndian(output[at..], checked((ushort)topic.Length));
        topic.CopyTo(output[(at + 2)..]);
        at += 2 + topic.Length;
        if (envelope.QoS > MqttQoS.AtMostOnce)
        {
            BinaryPrimitives.WriteUInt16BigEndian(output[at..], envelope.PacketId);
            at += 2;
        }

        if (envelope.Version == ProtocolVersion.V5) at += WriteProperties(output[at..], content, envelope);
        content.Payload.CopyTo(output[at..]);
        return at + content.Payload.Length;
    }

    /// <summary>The whole packet as bytes.</summary>
    public static byte[] ToBytes(in PublishContent content, in PublishEnvelope envelope)
    {
        var bytes = new byte[Size(content, envelope)];
        Write(bytes, content, envelope);
        return bytes;
    }

    /// <summary>The properties that are the same for every receiver.</summary>
    public static byte[] EncodeProperties(MqttMessageProperties? properties) =>
        properties is null ? [] : new PropertyWriter().Message(properties).Bytes.ToArray();

    private static int BodyLength(in PublishContent content, in PublishEnvelope envelope)
    {
        var length = 2 + TopicOf(content, envelope).Length + content.Payload.Length;
        if (envelope.QoS > MqttQoS.AtMostOnce) length += 2;
        if (envelope.Version != ProtocolVersion.V5) return length;

        var properties = PropertyLength(content, envelope);
        return length + VariableInteger.Size(properties) + properties;
    }

    // Before 5.0 there is no alias that could stand for the topic.
    private static ReadOnlySpan<byte> TopicOf(in PublishContent content, in PublishEnvelope envelope) =>
        envelope.OmitTopic && envelope.Version == ProtocolVersion.V5 ? default : content.Topic;

    private static int PropertyLength(in PublishContent content, in PublishEnvelope envelope)
    {
        var length = content.Properties.Length;
        if (envelope.ExpirySeconds is not null) length += 5;
        if (envelope.TopicAlias != 0) length += 3;
        foreach (var id in envelope.SubscriptionIds.AsSpan()) length += 1 + VariableInteger.Size((int)id);
        return length;
    }

    private static int WriteProperties(Span<byte> output, in PublishContent content, in PublishEnvelope envelope)
    {
        var at = VariableInteger.Write(output, PropertyLength(content, envelope));
        if (envelope.ExpirySeconds is { } expiry)
        {
            output[at] = (byte)PropertyId.MessageExpiry;
            BinaryPrimitives.WriteUInt32BigEndian(output[(at + 1)..], expiry);
            at += 5;
        }

        if (envelope.TopicAlias != 0)
        {
            output[at] = (byte)PropertyId.TopicAlias;
            BinaryPrimitives.WriteUInt16BigEndian(output[(at + 1)..], envelope.TopicAlias);
            at += 3;
        }

        foreach (var id in envelope.SubscriptionIds.AsSpan())
        {
            output[at++] = (byte)PropertyId.SubscriptionId;
            at += VariableInteger.Write(output[at..], (int)id);
        }

        content.Properties.CopyTo(output[at..]);
        return at + content.Properties.Length;
    }
}
