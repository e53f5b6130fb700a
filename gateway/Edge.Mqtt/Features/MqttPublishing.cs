namespace Edge.Mqtt.Features;

/// <summary>A PUBLISH on its way through the features.</summary>
public sealed class MqttPublishing(IMqttSession? session, MqttMessage message)
{
    /// <summary>Who publishes; null for the gateway itself.</summary>
    public IMqttSession? Session { get; } = session;

    /// <summary>The message. A feature may replace it for those behind.</summary>
    public MqttMessage Message { get; set; } = message;

    /// <summary>Why it is refused, with the remedy; null where it is not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>True where a feature has dealt with it: it is neither kept nor passed on to subscribers.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Drops the message; later features do not run. MQTT 3.1.1 has no negative acknowledgement: it is acknowledged as usual
    /// (§3.3.5), logged and counted, and the client is disconnected where <c>mqtt:disconnectOnRefusedPublish</c> says so.</summary>
    public void Refuse(string detail) => Refusal ??= detail;

    /// <summary>Says that the message has arrived where it belongs; later features do not run.</summary>
    public void Take() => IsTaken = true;
}

/// <summary>One topic filter of a SUBSCRIBE on its way through the features.</summary>
public sealed class MqttSubscribing(IMqttSession session, string filter, MqttQoS qos)
{
    /// <summary>Who subscribes.</summary>
    public IMqttSession Session { get; } = session;

    /// <summary>The topic filter.</summary>
    public string Filter { get; } = filter;

    /// <summary>The quality of service to grant; a feature may lower it.</summary>
    public MqttQoS QoS { get; private set; } = qos;

    /// <summary>Why it is refused, with the remedy; null where it is not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Answers with SUBACK 0x80; later features do not run.</summary>
    public void Refuse(string detail) => Refusal ??= detail;

    /// <summary>Grants no more than <paramref name="most"/>.</summary>
    public void Limit(MqttQoS most)
    {
        if (most < QoS) QoS = most;
    }
}
