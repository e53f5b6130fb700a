using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Load;
using Edge.Benchmarks.Mqtt.Servers;
using Edge.Identity.Tokens;

namespace Edge.Benchmarks.Mqtt.Modes;

/// <summary>What one client that floods does to the others' messages: how long they take without it, and with it.</summary>
/// <param name="qos">The quality of service of the flood: 0 as fast as its socket takes it, 1 with a wide window.</param>
internal sealed class FairnessMode(int qos) : IMode
{
    private static readonly Shape Shape = new(10, 10, IsPaired: true, QoS: 1, Window: 0);

    /// <inheritdoc/>
    public string Name => $"fairness-{qos}";

    /// <inheritdoc/>
    public string Title => $"1,000 QoS 1 messages a second beside a flood of QoS {qos}";

    /// <inheritdoc/>
    public IReadOnlyList<Client> Clients =>
    [
        .. Shape.Clients,
        new("flooder", new TopicScope(TopicAccess.Write, "flood/#")),
        new("flooded", new TopicScope(TopicAccess.Read, "flood/#")),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Figure> Run(Bench bench)
    {
        var crowd = new Crowd(bench, Shape);
        PacedMode.WarmUp(bench, crowd);
        var (median, percentile) = Measure(bench, crowd);
        using var flood = new Flood(bench, Shape.Clients.Count, qos);
        bench.Loop.Run(bench.WarmUp);
        var before = flood.Delivered;
        var (floodedMedian, floodedPercentile) = Measure(bench, crowd);
        return
        [
            new(Metric.Rate, (flood.Delivered - before) / bench.Time.TotalSeconds),
            new(Metric.Median, median),
            new(Metric.Percentile99, percentile),
            new(Metric.FloodedMedian, floodedMedian),
            new(Metric.FloodedPercentile99, floodedPercentile),
            new(Metric.FloodedRatio, floodedMedian / median),
        ];
    }

    private static (double Median, double Percentile99) Measure(Bench bench, Crowd crowd)
    {
        var latencies = crowd.Traffic.Latencies = new(1 << 16);
        PacedMode.Pace(bench, crowd, bench.Time);
        latencies.Sort();
        return (PacedMode.Microseconds(latencies, 0.5), PacedMode.Microseconds(latencies, 0.99));
    }

    /// <summary>The flood, with its receiver, on a thread of its own: it must not hold up the clients that are measured.</summary>
    private sealed class Flood : IDisposable
    {
        private const int Window = 1000;

        private readonly Traffic _traffic;
        private readonly Thread _thread;
        private volatile bool _isOver;

        public Flood(Bench bench, int firstLogin, int qos)
        {
            _traffic = new(qos, receivers: 1);
            _thread = new(() => Run(bench, firstLogin, qos)) { Name = "flood" };
            _thread.Start();
        }

        public long Delivered => _traffic.Delivered;

        public void Dispose()
        {
            _isOver = true;
            _thread.Join();
        }

        private void Run(Bench bench, int firstLogin, int qos)
        {
            using var loop = new LoadLoop();
            var subscriber = new Subscriber(new(bench.Version, bench.Login(firstLogin + 1), "flood/#", qos), _traffic);
            Connect(subscriber);
            if (qos == 0)
            {
                var flooder = new FloodPublisher(new(bench.Version, bench.Login(firstLogin)), "flood/1");
                Connect(flooder);
                flooder.Start();
            }
            else
            {
                var publisher = new Publisher(new(bench.Version, bench.Login(firstLogin)), 0, "flood/1", _traffic);
                _traffic.Publishers = [publisher];
                Connect(publisher);
                publisher.Window = Window;
                publisher.Wake();
            }

            loop.RunUntil(() => _isOver, TimeSpan.FromHours(1));

            void Connect(MqttPeer peer)
            {
                loop.Open(peer, bench.Server.Port);
                peer.Begin();
                loop.RunUntil(() => peer.IsReady, TimeSpan.FromSeconds(20));
            }
        }
    }
}
