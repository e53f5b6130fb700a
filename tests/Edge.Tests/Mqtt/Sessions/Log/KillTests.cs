using System.Globalization;

using Edge.Mqtt.Sessions.Log;
using Edge.TestKit;

using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Mqtt.Sessions.Log;

/// <summary>A process that dies in the midst of logging loses nothing that it acknowledged, and brings nothing back.</summary>
public sealed class KillTests : IDisposable
{
    // For a long run: EDGE_KILL_ROUNDS=100.
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("EDGE_KILL_ROUNDS") ?? "3", CultureInfo.InvariantCulture);

    private readonly TempFolder _folder = new();
    private readonly HashSet<(long Session, long Sequence)> _queued = [];
    private readonly HashSet<(long Session, long Sequence)> _done = [];

    [Fact]
    public async Task What_was_acknowledged_is_there_after_the_process_was_killed()
    {
        for (var round = 0; round < Rounds; round++)
        {
            await LogUntilKilledAsync(round);

            var logger = NullLogger<MessageLog>.Instance;
            await using var log = new MessageLog(new(_folder.Path), LoggingProcess.SmallFiles, TimeProvider.System, logger);
            var state = await log.OpenAsync(TestContext.Current.CancellationToken);
            var found = state.Sessions.SelectMany(s => s.Value.Queued.Select(q => (s.Key, q.Sequence))).ToHashSet();
            Assert.Superset(_queued.Select(q => (q.Session + LoggingProcess.Second, q.Sequence)).ToHashSet(), found);
            Assert.Empty(found.Intersect(_done));
            // Never the one session's without the other's.
            Assert.All(found.Where(f => f.Key < LoggingProcess.Second), f => Assert.Contains((f.Key + LoggingProcess.Second, f.Sequence), found));
        }

        Assert.True(_queued.Count >= Rounds * 50);
    }

    private async Task LogUntilKilledAsync(int round)
    {
        using var process = LoggingProcess.Start(_folder.Path, round * 1_000_000L);
        try
        {
            var enough = _queued.Count + 50 + Random.Shared.Next(300);
            while (_queued.Count < enough && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line) Note(line);
            process.Kill();
            // What it managed to say before it died counts, too; the last line may be cut.
            var rest = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            foreach (var line in rest.Split('\n')[..^1]) Note(line);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(137, process.ExitCode); // it ran until it was killed
    }

    private void Note(string line)
    {
        var parts = line.Split(' ');
        var item = (long.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture));
        (parts[0] == "q" ? _queued : _done).Add(item);
    }

    public void Dispose() => _folder.Dispose();
}
