using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Load;
using Edge.Benchmarks.Mqtt.Servers;
using Edge.Identity.Tokens;

namespace Edge.Benchmarks.Mqtt.Modes;

/// <summary>How publishers and subscribers hang together.</summary>
/// <param name="Publishers">How many publish, each to a topic of its own.</param>
/// <param name="Subscribers">How many subscribe.</param>
/// <param name="IsPaired">True where each subscriber hears one publisher; else all hear all.</param>
/// <param name="QoS">The quality of service, 0 or 1.</param>
/// <param name="Window">How many messages of a publisher may be on their way.</param>
internal sealed record Shape(int Publishers, int Subscribers, bool IsPaired, int QoS, int Window)
{
    /// <summary>How many subscribers get each message.</summary>
    public int Receivers => IsPaired ? 1 : Subscribers;

    /// <summary>The topic of a publisher.</summary>
    public static string Topic(int publisher) => $"bench/{publisher}/telemetry";

    /// <summary>What a subscriber subscribes to.</summary>
    public string Filter(int subscriber) => IsPaired ? Topic(subscriber) : "bench/+/telemetry";

    /// <summary>The clients: publishers first.</summary>
    public IReadOnlyList<Client> Clients =>
    [
        .. Enumerable.Range(0, Publishers).Select(i => new Client($"publisher-{i}", new TopicScope(TopicAccess.Write, $"bench/{i}/#"))),
        .. Enumerable.Range(0, Subscribers).Select(i => new Client($"subscriber-{i}", new TopicScope(TopicAccess.Read, Filter(i)))),
    ];
}

/// <summary>As many messages as a window per publisher lets through.</summary>
internal sealed class WindowMode(string name, string title, Shape shape, bool isDurable = false) : IMode
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan LastArriveWithin = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Title => title;

    /// <inheritdoc/>
    public IReadOnlyList<Client> Clients => shape.Clients;

    /// <inheritdoc/>
    public bool IsDurable => isDurable;

    /// <inheritdoc/>
    public IReadOnlyList<Figure> Run(Bench bench)
    {
        var crowd = new Crowd(bench, shape, isDurable);
        foreach (var publisher in crowd.Publishers)
        {
            publisher.Window = shape.Window;
            publisher.Wake();
        }

        long lost = 0;
        Load(bench.WarmUp);
        var written = bench.Server.WrittenBytes;
        var before = crowd.Traffic.Delivered;
        var figures = bench.Measure(() => crowd.Traffic.Delivered, Load);
        if (isDurable) figures.Add(new(Metric.Written, (bench.Server.WrittenBytes - written) / (crowd.Traffic.Delivered - before)));
        foreach (var publisher in crowd.Publishers) publisher.Window = 0;
        bench.Loop.RunUntil(() => crowd.Publishers.All(p => p.Outstanding == 0), LastArriveWithin);
        figures.Add(new(Metric.Lost, lost + crowd.Publishers.Sum(p => p.Outstanding)));
        return figures;

        // A lost message would close a window for good; what does not arrive while nothing else does is counted as lost.
        void Load(TimeSpan time)
        {
            for (var left = time; left > TimeSpan.Zero; left -= Slice)
            {
                var delivered = crowd.Traffic.Delivered;
                bench.Loop.Run(left < Slice ? left : Slice);
                if (crowd.Traffic.Delivered > delivered) continue;
                lost += crowd.Publishers.Sum(p => p.Outstanding);
                foreach (var publisher in crowd.Publishers) publisher.WriteOff();
            }
        }
    }
}
