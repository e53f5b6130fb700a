namespace Edge.Mqtt.Features.Retained;

/// <summary>A retained message as it is stored, by its topic.</summary>
internal sealed record StoredRetained(byte[] Payload, MqttQoS QoS, DateTimeOffset? ExpiresAt = null, MqttMessageProperties? Properties = null)
{
    public static StoredRetained Of(MqttMessage message, DateTimeOffset? expiresAt) => new(message.Payload.ToArray(), message.QoS, expiresAt, message.Properties);

    public MqttMessage ToMessage(string topic) => new(topic, Payload, QoS, Retain: true) { Properties = Properties };
}
