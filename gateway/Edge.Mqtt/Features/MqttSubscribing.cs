using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Features;

/// <summary>One topic filter of a SUBSCRIBE on its way through the features.</summary>
/// <param name="session">Who subscribes.</param>
/// <param name="filter">What topics are matched with: without group where it is shared.</param>
/// <param name="options">What is asked for.</param>
public sealed class MqttSubscribing(IMqttSession session, string filter, SubscriptionOptions options)
{
    /// <summary>Who subscribes.</summary>
    public IMqttSession Session { get; } = session;

    /// <summary>The topic filter; of a shared subscription what is behind the group.</summary>
    public string Filter { get; } = filter;

    /// <summary>What is asked for.</summary>
    public SubscriptionOptions Options { get; private set; } = options;

    /// <summary>The quality of service to grant; a feature may lower it.</summary>
    public MqttQoS QoS => Options.QoS;

    /// <summary>Why it is refused, with the remedy; null where it is not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The reason of the refusal, for MQTT 5.</summary>
    public MqttReason RefusalReason { get; private set; }

    /// <summary>Answers with the reason in SUBACK, 0x80 before MQTT 5; later features do not run.</summary>
    public void Refuse(string detail, MqttReason reason = MqttReason.NotAuthorized)
    {
        if (Refusal is null) (Refusal, RefusalReason) = (detail, reason);
    }

    /// <summary>Grants no more than <paramref name="most"/>.</summary>
    public void Limit(MqttQoS most)
    {
        if (most < QoS) Options = Options with { QoS = most };
    }
}

/// <summary>A subscription that holds.</summary>
/// <param name="Filter">As the client wrote it.</param>
/// <param name="Options">What was granted.</param>
/// <param name="IsNew">False where it replaced one with the same filter.</param>
public readonly record struct MqttSubscribed(string Filter, SubscriptionOptions Options, bool IsNew);
