using System.Diagnostics;

using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Xmpp.Clients;

namespace Edge.Benchmarks.Xmpp.Modes;

/// <summary>Sessions of accounts of their own that have asked for the roster, sent presence, and do nothing more.</summary>
internal sealed class IdleSessionMode : IXmppMode
{
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public string Name => "idle";

    /// <inheritdoc/>
    public string Title => $"{Accounts:N0} idle sessions";

    /// <inheritdoc/>
    public int Accounts => 2000;

    /// <inheritdoc/>
    public bool NeedsFreshServer => true;

    /// <inheritdoc/>
    public IReadOnlyList<Figure> Run(XmppBench bench)
    {
        bench.Server.Rest(SettlesWithin);
        var (before, own) = (bench.Server.ResidentKiB, bench.Server.OwnKiB);
        var watch = Stopwatch.StartNew();
        bench.Connect([.. Enumerable.Range(0, Accounts).Select(i => new XmppPeer(bench.Login(i)))]);
        var rate = Accounts / watch.Elapsed.TotalSeconds;
        bench.Server.Rest(SettlesWithin);
        return
        [
            new(Metric.StartMemory, before / 1024),
            new(Metric.OwnMemory, own / 1024),
            new(Metric.PerSession, (bench.Server.ResidentKiB - before) / Accounts),
            new(Metric.Logins, rate),
            new(Metric.IdleCpuConnected, IdleCpu(bench)),
        ];
    }

    private static double IdleCpu(XmppBench bench)
    {
        var cpu = bench.Server.CpuSeconds;
        bench.Server.Rest(Watched);
        return (bench.Server.CpuSeconds - cpu) * 1000 / Watched.TotalSeconds;
    }
}
