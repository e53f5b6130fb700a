using System.Diagnostics.Metrics;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>What one bridge has done since the start.</summary>
internal sealed class BridgeCounters
{
    private long _out;
    private long _outBytes;
    private long _in;
    private long _dropped;
    private long _echoes;

    /// <summary>Messages handed to the other broker.</summary>
    public long Out => Interlocked.Read(ref _out);

    /// <summary>Their payload.</summary>
    public long OutBytes => Interlocked.Read(ref _outBytes);

    /// <summary>Messages taken from the other broker.</summary>
    public long In => Interlocked.Read(ref _in);

    /// <summary>Messages that one of the two could not be given.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Messages that had come in a circle.</summary>
    public long Echoes => Interlocked.Read(ref _echoes);

    public void Sent(int bytes)
    {
        Interlocked.Increment(ref _out);
        Interlocked.Add(ref _outBytes, bytes);
    }

    public void Received() => Interlocked.Increment(ref _in);

    public void CountDropped(long count = 1) => Interlocked.Add(ref _dropped, count);

    public void CountEcho() => Interlocked.Increment(ref _echoes);
}

/// <summary>The bridges in the meter <c>Edge.Mqtt</c>. Read where somebody asks: a message costs one addition.</summary>
internal sealed class BridgeMetrics(IMeterFactory meters)
{
    /// <summary>Shows the bridges that there are.</summary>
    public void Watch(IReadOnlyList<BridgeLink> links)
    {
        var meter = meters.Create(MqttMetrics.MeterName);
        meter.CreateObservableGauge("edge.mqtt.bridge.connected", () => links.Select(l => Of(l, l.IsConnected ? 1L : 0)), "{bridge}", "1 while the other broker is there.");
        meter.CreateObservableCounter("edge.mqtt.bridge.out", () => links.Select(l => Of(l, l.Counters.Out)), "{message}", "Messages handed to the other broker.");
        meter.CreateObservableCounter("edge.mqtt.bridge.in", () => links.Select(l => Of(l, l.Counters.In)), "{message}", "Messages taken from the other broker.");
        meter.CreateObservableCounter("edge.mqtt.bridge.dropped", () => links.Select(l => Of(l, l.Dropped)), "{message}", "Messages that did not get through.");
        meter.CreateObservableCounter("edge.mqtt.bridge.echoes", () => links.Select(l => Of(l, l.Counters.Echoes)), "{message}", "Messages that came in a circle, and ended.");
        meter.CreateObservableGauge("edge.mqtt.bridge.queued", () => links.Select(l => Of(l, l.QueuedMessages)), "{message}", "Messages that wait for the other broker.");
        meter.CreateObservableGauge("edge.mqtt.bridge.queued.bytes", () => links.Select(l => Of(l, l.QueuedBytes)), "By", "Their payload.");
        meter.CreateObservableGauge("edge.mqtt.bridge.holds", () => links.Select(Holds), "h", "Hours for which there is room, at the present rate.");
    }

    private static Measurement<long> Of(BridgeLink link, long value) => new(value, new KeyValuePair<string, object?>("bridge", link.Name));

    private static Measurement<double> Holds(BridgeLink link) => new(link.HoldsHours, new KeyValuePair<string, object?>("bridge", link.Name));
}
