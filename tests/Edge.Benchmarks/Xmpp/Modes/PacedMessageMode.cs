using System.Diagnostics;

using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Mqtt.Modes;

namespace Edge.Benchmarks.Xmpp.Modes;

/// <summary>Five hundred messages a second, evenly, from senders in turn: how long one takes when there is nothing to wait for.</summary>
internal sealed class PacedMessageMode : IXmppMode
{
    private const int PerSecond = 500;

    /// <inheritdoc/>
    public string Name => "paced";

    /// <inheritdoc/>
    public string Title => $"{PerSecond} messages a second";

    /// <inheritdoc/>
    public int Accounts => Pairs.Accounts;

    /// <inheritdoc/>
    public IReadOnlyList<Figure> Run(XmppBench bench)
    {
        var pairs = new Pairs(bench);
        pairs.Open(1); // as fast as it goes: at this rate a just-in-time compiler would still be busy when the measurement begins
        pairs.Load(bench, bench.WarmUp);
        pairs.Drain(bench);

        var latencies = pairs.Traffic.Latencies = new(1 << 16);
        var figures = bench.Measure(() => pairs.Traffic.Delivered, time => Pace(bench, pairs, time));
        pairs.Drain(bench);
        latencies.Sort();
        figures.Add(new(Metric.Median, PacedMode.Microseconds(latencies, 0.5)));
        figures.Add(new(Metric.Percentile99, PacedMode.Microseconds(latencies, 0.99)));
        return figures;
    }

    private static void Pace(XmppBench bench, Pairs pairs, TimeSpan time)
    {
        var interval = Stopwatch.Frequency / PerSecond;
        var next = Stopwatch.GetTimestamp();
        var end = next + (long)(time.TotalSeconds * Stopwatch.Frequency);
        for (var turn = 0; next < end;)
        {
            var now = Stopwatch.GetTimestamp();
            if (now >= next)
            {
                pairs.Senders[turn++ % Pairs.Count].SendOne();
                next += interval;
            }

            bench.Loop.Turn(next - now);
        }
    }
}
