using System.Diagnostics;

using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Load;
using Edge.Benchmarks.Mqtt.Servers;

namespace Edge.Benchmarks.Mqtt.Modes;

/// <summary>QoS 0 without a window: what the server does with more than it can pass on.</summary>
internal sealed class FloodMode : IMode
{
    // What lies in the kernel's buffers can take a while; it is lost only when nothing comes any more.
    private static readonly TimeSpan LastArriveWithin = TimeSpan.FromSeconds(3);
    private static readonly Shape Shape = new(50, 1, IsPaired: false, QoS: 0, Window: 0);

    /// <inheritdoc/>
    public string Name => "flood";

    /// <inheritdoc/>
    public string Title => "open-loop flood 50 → 1, QoS 0";

    /// <inheritdoc/>
    public IReadOnlyList<Client> Clients => Shape.Clients;

    /// <inheritdoc/>
    public IReadOnlyList<Figure> Run(Bench bench)
    {
        var traffic = new Traffic(Shape.QoS, Shape.Receivers);
        bench.Connect([new Subscriber(new(bench.Version, bench.Login(Shape.Publishers), Shape.Filter(0)), traffic)]);
        FloodPublisher[] publishers = [.. Enumerable.Range(0, Shape.Publishers).Select(i => new FloodPublisher(new(bench.Version, bench.Login(i)), Shape.Topic(i)))];
        bench.Connect(publishers);
        foreach (var publisher in publishers) publisher.Start();
        bench.Loop.Run(bench.WarmUp);

        bench.Server.ForgetPeak();
        var (sent, watch) = (publishers.Sum(p => p.Sent), Stopwatch.StartNew());
        var figures = bench.Measure(() => traffic.Delivered, bench.Loop.Run);
        figures.Add(new(Metric.Sent, (publishers.Sum(p => p.Sent) - sent) / watch.Elapsed.TotalSeconds));
        figures.Add(new(Metric.Peak, bench.Server.PeakKiB / 1024));
        figures.Add(new(Metric.Lost, Drain(bench, publishers, traffic)));
        return figures;
    }

    private static long Drain(Bench bench, FloodPublisher[] publishers, Traffic traffic)
    {
        foreach (var publisher in publishers) publisher.Stop();
        for (var delivered = -1L; delivered < traffic.Delivered && !HasAll();)
        {
            delivered = traffic.Delivered;
            bench.Loop.RunUntil(HasAll, LastArriveWithin);
        }

        return publishers.Sum(p => p.Sent) - traffic.Delivered;

        bool HasAll() => publishers.All(p => p.IsStopped) && traffic.Delivered >= publishers.Sum(p => p.Sent);
    }
}
