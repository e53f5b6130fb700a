using System.Diagnostics;

using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Load;
using Edge.Benchmarks.Mqtt.Servers;

namespace Edge.Benchmarks.Mqtt.Modes;

/// <summary>A thousand messages a second, one each millisecond, from publishers in turn: what a message costs when there is nothing to batch, and how
/// long it takes.</summary>
internal sealed class PacedMode : IMode
{
    private const int PerSecond = 1000;

    private static readonly Shape Shape = new(50, 50, IsPaired: true, QoS: 1, Window: 0);

    /// <inheritdoc/>
    public string Name => "paced";

    /// <inheritdoc/>
    public string Title => "1,000 QoS 1 messages a second";

    /// <inheritdoc/>
    public IReadOnlyList<Client> Clients => Shape.Clients;

    /// <inheritdoc/>
    public IReadOnlyList<Figure> Run(Bench bench)
    {
        var crowd = new Crowd(bench, Shape);
        WarmUp(bench, crowd);
        crowd.Traffic.Latencies = new(1 << 20);
        var figures = bench.Measure(() => crowd.Traffic.Delivered, time => Pace(bench, crowd, time));
        var latencies = crowd.Traffic.Latencies;
        latencies.Sort();
        figures.Add(new(Metric.Median, Microseconds(latencies, 0.5)));
        figures.Add(new(Metric.Percentile99, Microseconds(latencies, 0.99)));
        return figures;
    }

    /// <summary>A quantile of sorted times.</summary>
    internal static double Microseconds(List<long> sorted, double quantile) =>
        sorted.Count == 0 ? double.NaN : sorted[(int)(quantile * (sorted.Count - 1))] * 1e6 / Stopwatch.Frequency;

    // As fast as it goes: at a thousand a second a just-in-time compiler would still be busy when the measurement begins.
    internal static void WarmUp(Bench bench, Crowd crowd)
    {
        foreach (var publisher in crowd.Publishers)
        {
            publisher.Window = 1;
            publisher.Wake();
        }

        bench.Loop.Run(bench.WarmUp);
        foreach (var publisher in crowd.Publishers) publisher.Window = 0;
        bench.Loop.RunUntil(() => crowd.Publishers.All(p => p.Outstanding == 0), TimeSpan.FromSeconds(1));
    }

    /// <summary>Publishes evenly for so long.</summary>
    internal static void Pace(Bench bench, Crowd crowd, TimeSpan time)
    {
        var interval = Stopwatch.Frequency / PerSecond;
        var next = Stopwatch.GetTimestamp();
        var end = next + (long)(time.TotalSeconds * Stopwatch.Frequency);
        for (var turn = 0; next < end;)
        {
            var now = Stopwatch.GetTimestamp();
            if (now >= next)
            {
                crowd.Publishers[turn++ % crowd.Publishers.Length].PublishOne();
                next += interval;
            }

            bench.Loop.Turn(next - now);
        }
    }
}
