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

    private readonly Counter<long> _refused;
    private readonly long[] _dropped = new long[Enum.GetValues<DropReason>().Length];
    private long _received;
    private long _sent;

    /// <summary>Makes the instruments. What is counted per message is observed: it costs an addition, and more only when somebody reads.</summary>
    public MqttMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("edge.mqtt.messages.received", () => MessagesReceived, "{message}", "Messages published by clients.");
        meter.CreateObservableCounter("edge.mqtt.messages.sent", () => MessagesSent, "{message}", "Messages sent to clients, repetitions included.");
        meter.CreateObservableCounter("edge.mqtt.messages.dropped", DroppedByReason, "{message}", "Messages that a session lost, by reason.");
        _refused = meter.CreateCounter<long>("edge.mqtt.refused", "{request}", "What clients were refused: connect, publish, subscribe.");
    }

    /// <summary>Messages published by clients.</summary>
    public long MessagesReceived => Interlocked.Read(ref _received);

    /// <summary>Messages sent to clients, repetitions included.</summary>
    public long MessagesSent => Interlocked.Read(ref _sent);

    /// <summary>Messages that a session lost, connected or not.</summary>
    public long MessagesDropped => Enumerable.Range(0, _dropped.Length).Sum(i => Interlocked.Read(ref _dropped[i]));

    internal void Received() => Interlocked.Increment(ref _received);

    internal void Sent() => Interlocked.Increment(ref _sent);

    internal void Dropped(DropReason reason) => Interlocked.Increment(ref _dropped[(int)reason]);

    internal void Refused(string what) => _refused.Add(1, new KeyValuePair<string, object?>("request", what));

    private IEnumerable<Measurement<long>> DroppedByReason() => Enum.GetValues<DropReason>()
        .Select(reason => new Measurement<long>(Interlocked.Read(ref _dropped[(int)reason]), new KeyValuePair<string, object?>("reason", reason.ToString())));
}
