namespace Edge.Mqtt.Topics;

/// <summary>What was granted to a subscription, and how its client wants the messages (MQTT 5.0 §3.8.3.1).</summary>
/// <param name="QoS">The highest quality of service to send with.</param>
/// <param name="NoLocal">Nothing that the same client published.</param>
/// <param name="RetainAsPublished">The retain flag as its publisher set it; otherwise it is cleared.</param>
/// <param name="RetainHandling">When retained messages are sent: 0 at each SUBSCRIBE, 1 where the subscription is new, 2 never.</param>
/// <param name="Id">The subscription identifier that messages carry; 0 for none.</param>
public readonly record struct SubscriptionOptions(
    MqttQoS QoS, bool NoLocal = false, bool RetainAsPublished = false, byte RetainHandling = 0, uint Id = 0);
