using System.Diagnostics;

using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Load;
using Edge.Benchmarks.Mqtt.Servers;
using Edge.Identity.Tokens;

namespace Edge.Benchmarks.Mqtt.Modes;

/// <summary>Clients that connect with their credentials, get their CONNACK, and go, fifty at a time.</summary>
internal sealed class ConnectMode : IMode
{
    private const int AtOnce = 50;
    private const int ClientCount = 1000;

    /// <inheritdoc/>
    public string Name => "connects";

    /// <inheritdoc/>
    public string Title => "connect, CONNACK, disconnect; 50 at a time";

    /// <inheritdoc/>
    public IReadOnlyList<Client> Clients { get; } =
        [.. Enumerable.Range(0, ClientCount).Select(i => new Client($"client-{i}", new TopicScope(TopicAccess.ReadWrite, $"bench/{i}/#")))];

    /// <inheritdoc/>
    public IReadOnlyList<Figure> Run(Bench bench)
    {
        var turnstile = new Turnstile(bench);
        for (var i = 0; i < AtOnce; i++) turnstile.Next();
        bench.Loop.Run(bench.WarmUp);

        var (count, cpu, watch) = (turnstile.Count, bench.Server.CpuSeconds, Stopwatch.StartNew());
        bench.Loop.Run(bench.Time);
        var (seconds, used) = (watch.Elapsed.TotalSeconds, bench.Server.CpuSeconds - cpu);
        var connects = turnstile.Count - count;
        turnstile.IsClosed = true;
        bench.Loop.Run(TimeSpan.FromSeconds(0.2));
        return [new(Metric.Connects, connects / seconds), new(Metric.CpuPerConnect, used / connects * 1000)];
    }

    private sealed class Turnstile(Bench bench)
    {
        private int _next;

        public long Count { get; private set; }

        public bool IsClosed { get; set; }

        public void Next()
        {
            var visitor = new Visitor(new(bench.Version, bench.Login(_next++ % ClientCount)), this);
            bench.Loop.Open(visitor, bench.Server.Port);
            visitor.Begin();
        }

        public void Passed()
        {
            Count++;
            if (!IsClosed) Next();
        }
    }

    private sealed class Visitor(ClientSetup setup, Turnstile turnstile) : MqttPeer(setup)
    {
        protected override void OnReady()
        {
            Send(Packets.Disconnect);
            Flush();
            Close();
            turnstile.Passed();
        }
    }
}
