using System.Diagnostics.Metrics;

namespace Edge.Mqtt;

/// <summary>Why a message did not reach a session.</summary>
internal enum DropReason
{
    /// <summary>QoS 0 for a client that reads too slowly.</summary>
    SlowConsumer,

    /// <summary>QoS 1 or 2, and the session's queue is full.</summary>
    QueueFull,

    /// <summary>The session may not receive it (any more).</summary>
    NotAuthorized,

    /// <summary>Its lifetime ended while it waited (MQTT 5.0 §3.3.2.3.3).</summary>
    Expired,

    /// <summary>It is longer than the client takes (MQTT 5.0 §3.1.2.11.4).</summary>
    TooLarge,
}

/// <summary>What the broker counts, in the meter <c>Edge.Mqtt</c>.</summary>
public sealed class MqttMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Edge.Mqtt";

    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _refused;

    /// <summary>Makes the instruments.</summary>
    public MqttMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _received = meter.CreateCounter<long>("edge.mqtt.messages.received", "{message}", "Messages published by clients.");
        _sent = meter.CreateCounter<long>("edge.mqtt.messages.sent", "{message}", "Messages sent to clients, repetitions included.");
        _dropped = meter.CreateCounter<long>("edge.mqtt.messages.dropped", "{message}", "Messages that a session lost, by reason.");
        _refused = meter.CreateCounter<long>("edge.mqtt.refused", "{request}", "What clients were refused: connect, publish, subscribe.");
    }

    internal void Received() => _received.Add(1);

    internal void Sent() => _sent.Add(1);

    internal void Dropped(DropReason reason) => _dropped.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    internal void Refused(string what) => _refused.Add(1, new KeyValuePair<string, object?>("request", what));
}
