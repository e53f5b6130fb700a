namespace Edge.Benchmarks.Compare;

/// <summary>What to compare, and how often.</summary>
internal sealed record ComparisonPlan(IReadOnlyList<Trial> Trials, int Rounds)
{
    /// <summary>True leaves the servers' folders behind.</summary>
    public bool KeepsLogs { get; init; }
}

/// <summary>Measures the servers in turn, so that what else the machine does strikes all.</summary>
internal sealed class Comparison(ComparisonPlan plan, Results results, TextWriter progress)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-bench-").FullName;
    private int _starts;

    /// <summary>Runs everything.</summary>
    public async Task RunAsync()
    {
        if (plan.KeepsLogs) await progress.WriteLineAsync($"The servers' folders are in {_folder}.");
        try
        {
            foreach (var trial in plan.Trials) await CompareAsync(trial);
        }
        finally
        {
            if (!plan.KeepsLogs) Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task CompareAsync(Trial trial)
    {
        var running = new Dictionary<Contender, IContest>();
        try
        {
            for (var round = 0; round < plan.Rounds; round++)
            {
                foreach (var contender in trial.Contenders)
                {
                    await progress.WriteAsync($"\r{trial.Name} {trial.Variant} round {round + 1} of {plan.Rounds}: {contender.Name,-10}");
                    var isWarm = running.TryGetValue(contender, out var contest);
                    contest ??= running[contender] = await StartAsync(contender, trial);
                    results.Add(trial, contender.Name, contest.Run(isWarm));
                    if (!trial.NeedsFreshServer) continue;
                    contest.Dispose();
                    running.Remove(contender);
                }
            }
        }
        finally
        {
            foreach (var contest in running.Values) contest.Dispose();
            await progress.WriteAsync("\r" + new string(' ', 60) + "\r");
        }
    }

    private Task<IContest> StartAsync(Contender contender, Trial trial) =>
        contender.StartAsync(Directory.CreateDirectory(Path.Combine(_folder, $"{++_starts:00}-{trial.Name}-{contender.Name}")).FullName);
}
