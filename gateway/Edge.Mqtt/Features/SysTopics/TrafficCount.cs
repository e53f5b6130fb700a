using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Edge.Mqtt.Features.SysTopics;

/// <summary>What went through all connections since the start.</summary>
internal readonly record struct Traffic(long PublishedIn, long PublishedOut, long Dropped, long BytesIn, long BytesOut, long PacketsIn, long PacketsOut, long Connections)
{
    public static Traffic operator +(Traffic sum, MqttSessionStatistics session) => sum with
    {
        BytesIn = sum.BytesIn + session.BytesIn,
        BytesOut = sum.BytesOut + session.BytesOut,
        PacketsIn = sum.PacketsIn + session.PacketsIn,
        PacketsOut = sum.PacketsOut + session.PacketsOut,
    };
}

/// <summary>Adds up what the connections count for themselves, when somebody asks: a message costs nothing here.</summary>
internal sealed class TrafficCount
{
    private readonly ConcurrentDictionary<IMqttSession, bool> _live = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _lock = new();
    private readonly MqttMetrics _metrics;
    private Traffic _ended;
    private int _most;

    public TrafficCount(IMeterFactory meters, MqttMetrics metrics)
    {
        _metrics = metrics;
        var meter = meters.Create(MqttMetrics.MeterName);
        meter.CreateObservableCounter("edge.mqtt.bytes.received", () => Read().BytesIn, "By", "Bytes of packets from clients.");
        meter.CreateObservableCounter("edge.mqtt.bytes.sent", () => Read().BytesOut, "By", "Bytes of packets to clients.");
        meter.CreateObservableCounter("edge.mqtt.packets.received", () => Read().PacketsIn, "{packet}", "Packets of every type from clients.");
        meter.CreateObservableCounter("edge.mqtt.packets.sent", () => Read().PacketsOut, "{packet}", "Packets of every type to clients.");
        meter.CreateObservableGauge("edge.mqtt.clients.connected", () => Connected, "{client}", "Clients that are connected.");
    }

    /// <summary>How many clients are connected.</summary>
    public int Connected => _live.Count;

    /// <summary>The most that were connected at a time.</summary>
    public int Most => Math.Max(Volatile.Read(ref _most), Connected);

    public void Begin(IMqttSession session)
    {
        lock (_lock)
        {
            _live[session] = true;
            _ended = _ended with { Connections = _ended.Connections + 1 };
            _most = Math.Max(_most, _live.Count);
        }
    }

    public void End(IMqttSession session)
    {
        lock (_lock)
        {
            if (_live.TryRemove(session, out _)) _ended += session.Statistics;
        }
    }

    public Traffic Read()
    {
        lock (_lock)
        {
            var sum = _ended;
            foreach (var (session, _) in _live) sum += session.Statistics;
            return sum with { PublishedIn = _metrics.MessagesReceived, PublishedOut = _metrics.MessagesSent, Dropped = _metrics.MessagesDropped };
        }
    }
}
