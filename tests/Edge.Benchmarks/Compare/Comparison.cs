using Edge.Benchmarks.Mqtt.Modes;
using Edge.Benchmarks.Mqtt.Servers;

namespace Edge.Benchmarks.Mqtt;

/// <summary>What to compare, and how long.</summary>
internal sealed record ComparisonPlan(IReadOnlyList<IMode> Modes, IReadOnlyList<int> Versions, IReadOnlyList<IServerKind> Servers, int Rounds, TimeSpan Time)
{
    /// <summary>True leaves the servers' folders behind.</summary>
    public bool KeepsLogs { get; init; }
}

/// <summary>Measures the servers in turn, so that what else the machine does strikes both.</summary>
internal sealed class Comparison(ComparisonPlan plan, TextWriter progress)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-bench-").FullName;
    private readonly Results _results = new();
    private int _starts;

    /// <summary>Runs everything.</summary>
    public async Task<Results> RunAsync()
    {
        if (plan.KeepsLogs) await progress.WriteLineAsync($"The servers' folders are in {_folder}.");
        try
        {
            foreach (var mode in plan.Modes)
                foreach (var version in plan.Versions) await CompareAsync(mode, version);
            return _results;
        }
        finally
        {
            if (!plan.KeepsLogs) Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task CompareAsync(IMode mode, int version)
    {
        var running = new Dictionary<IServerKind, RunningServer>();
        try
        {
            for (var round = 0; round < plan.Rounds; round++)
            {
                foreach (var kind in plan.Servers)
                {
                    await progress.WriteAsync($"\r{mode.Name} {Results.VersionName(version)} round {round + 1} of {plan.Rounds}: {kind.Name,-10}");
                    var isWarm = running.TryGetValue(kind, out var server);
                    server ??= running[kind] = await StartAsync(kind, mode);
                    using (var bench = new Bench(server, version, plan.Time, isWarm)) _results.Add(mode, version, kind, mode.Run(bench));
                    if (!mode.NeedsFreshServer) continue;
                    server.Dispose();
                    running.Remove(kind);
                }
            }
        }
        finally
        {
            foreach (var server in running.Values) server.Dispose();
            await progress.WriteAsync("\r" + new string(' ', 60) + "\r");
        }
    }

    private Task<RunningServer> StartAsync(IServerKind kind, IMode mode)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"{++_starts:00}-{mode.Name}-{kind.Name}")).FullName;
        return kind.StartAsync(new(folder, mode.Clients, mode.IsDurable));
    }
}
