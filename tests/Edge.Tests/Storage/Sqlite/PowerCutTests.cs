using System.Diagnostics;
using System.Globalization;

using Edge.Storage;
using Edge.Storage.Sqlite;
using Edge.TestKit;

namespace Edge.Tests.Storage.Sqlite;

/// <summary>A process that dies in the midst of writing loses nothing that it acknowledged.</summary>
public sealed class PowerCutTests : IDisposable
{
    private const int Rounds = 3;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task What_was_acknowledged_is_there_after_the_process_was_killed()
    {
        var acknowledged = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            await WriteUntilKilledAsync(round, acknowledged);

            await using var storage = SqliteStorage.Open(_folder.File("edge.db"), new());
            var kept = await storage.Open<Note>("notes").ListAsync(cancel: TestContext.Current.CancellationToken).ToDictionaryAsync(cancellationToken: TestContext.Current.CancellationToken);
            Assert.Subset(kept.Keys.ToHashSet(), acknowledged);
            // Every writer writes pairs: never one without the other.
            Assert.All(kept.Keys, key => Assert.Contains(WritingProcess.Other(key), kept.Keys));
        }

        Assert.True(acknowledged.Count > Rounds * 100);
    }

    private async Task WriteUntilKilledAsync(int round, HashSet<string> acknowledged)
    {
        using var process = WritingProcess.Start(_folder.File("edge.db"), round.ToString(CultureInfo.InvariantCulture));
        try
        {
            var enough = acknowledged.Count + 150 + (round * 37);
            while (acknowledged.Count < enough && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line) acknowledged.Add(line);
            process.Kill();
            // What it managed to say before it died counts, too; the last line may be cut.
            var rest = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            foreach (var line in rest.Split('\n')[..^1]) acknowledged.Add(line);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(137, process.ExitCode); // it ran until it was killed
    }

    public void Dispose() => _folder.Dispose();
}
