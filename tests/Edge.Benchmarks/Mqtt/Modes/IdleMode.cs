using System.Diagnostics;

using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Load;
using Edge.Benchmarks.Mqtt.Servers;
using Edge.Identity.Tokens;

namespace Edge.Benchmarks.Mqtt.Modes;

/// <summary>Connections that do nothing: the server's memory before and with them, and its processor time.</summary>
internal sealed class IdleMode(int connections) : IMode
{
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Name => "idle";

    /// <inheritdoc/>
    public string Title => $"{connections:N0} idle connections with a subscription each";

    /// <inheritdoc/>
    public bool NeedsFreshServer => true;

    /// <inheritdoc/>
    public IReadOnlyList<Client> Clients { get; } =
        [.. Enumerable.Range(0, connections).Select(i => new Client($"client-{i}", new TopicScope(TopicAccess.Read, $"bench/{i}/#")))];

    /// <inheritdoc/>
    public IReadOnlyList<Figure> Run(Bench bench)
    {
        bench.Server.Rest(SettlesWithin);
        var before = bench.Server.ResidentKiB;
        var own = bench.Server.OwnKiB;
        var alone = IdleCpu(bench);
        var watch = Stopwatch.StartNew();
        bench.Connect([.. Enumerable.Range(0, connections).Select(i => new MqttPeer(new(bench.Version, bench.Login(i), $"bench/{i}/telemetry")))]);
        var rate = connections / watch.Elapsed.TotalSeconds;
        bench.Server.Rest(SettlesWithin);
        var with = bench.Server.ResidentKiB;

        return
        [
            new(Metric.StartMemory, before / 1024),
            new(Metric.OwnMemory, own / 1024),
            new(Metric.PerConnection, (with - before) / connections),
            new(Metric.FirstConnects, rate),
            new(Metric.IdleCpu, alone),
            new(Metric.IdleCpuConnected, IdleCpu(bench)),
        ];
    }

    private static double IdleCpu(Bench bench)
    {
        var cpu = bench.Server.CpuSeconds;
        bench.Server.Rest(Watched);
        return (bench.Server.CpuSeconds - cpu) * 1000 / Watched.TotalSeconds;
    }
}
