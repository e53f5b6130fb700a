namespace Edge.Mqtt;

/// <summary>How hard the broker and a client try to hand a message over (MQTT 3.1.1 §4.3).</summary>
public enum MqttQoS : byte
{
    /// <summary>Sent once, never repeated; may be lost.</summary>
    AtMostOnce = 0,

    /// <summary>Repeated until acknowledged; may arrive twice.</summary>
    AtLeastOnce = 1,

    /// <summary>Arrives once and only once.</summary>
    ExactlyOnce = 2,
}

/// <summary>An application message. Immutable: one instance is shared by every session it goes to.</summary>
/// <param name="Topic">Where it was published; 1 to 65535 bytes of UTF-8, without wildcards.</param>
/// <param name="Payload">Its bytes. The caller hands them over and does not change them any more.</param>
/// <param name="QoS">The quality of service asked for by the publisher, or granted to the receiver.</param>
/// <param name="Retain">On its way in: keep it for later subscribers. On its way out: it was kept (MQTT 3.1.1 §3.3.1.3).</param>
public sealed record MqttMessage(string Topic, ReadOnlyMemory<byte> Payload, MqttQoS QoS = MqttQoS.AtMostOnce, bool Retain = false)
{
    /// <summary>What MQTT 5.0 says beyond that; null for nothing.</summary>
    public MqttMessageProperties? Properties { get; init; }

    /// <summary>Identifiers of the subscriptions that brought it (MQTT 5.0 §3.3.2.3.8); null for none.</summary>
    internal uint[]? SubscriptionIds { get; init; }

    /// <summary>Names the topic, never the payload: it may hold a secret, and logs are read by many.</summary>
    public override string ToString() => $"{Topic} ({Payload.Length} bytes, QoS {(int)QoS}{(Retain ? ", retain" : "")})";
}
