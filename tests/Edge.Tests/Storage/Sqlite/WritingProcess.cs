using System.Diagnostics;
using System.Runtime.CompilerServices;

using Edge.Storage;
using Edge.Storage.Sqlite;

namespace Edge.Tests.Storage.Sqlite;

/// <summary>This program, started once more to do nothing but write documents and to say which are acknowledged, until somebody kills it.</summary>
internal static class WritingProcess
{
    private const string DatabaseVariable = "EDGE_TEST_WRITE_TO";
    private const string NameVariable = "EDGE_TEST_WRITE_AS";
    private const int Writers = 8;

    /// <summary>Starts it; <paramref name="name"/> begins its keys.</summary>
    public static Process Start(string database, string name)
    {
        var self = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(self) == "dotnet";
        var start = new ProcessStartInfo(self, isHost ? [typeof(WritingProcess).Assembly.Location] : []) { RedirectStandardOutput = true };
        start.Environment[DatabaseVariable] = database;
        start.Environment[NameVariable] = name;
        return Process.Start(start)!;
    }

    /// <summary>The key that is written together with <paramref name="key"/>.</summary>
    public static string Other(string key) => key.EndsWith("-a", StringComparison.Ordinal) ? key[..^1] + "b" : key[..^1] + "a";

    [ModuleInitializer]
    internal static void WriteIfAsked()
    {
        if (Environment.GetEnvironmentVariable(DatabaseVariable) is { } database) Write(database, Environment.GetEnvironmentVariable(NameVariable)!);
    }

    // On this thread alone: others may run nothing of this assembly before its initializer has ended.
    private static void Write(string database, string name)
    {
        var storage = SqliteStorage.Open(database, new());
        // It ends by being killed; the bound is for the case that nobody does.
        for (var i = 0; i < 100_000; i++)
        {
            var commits = Enumerable.Range(0, Writers).Select(writer => $"{name}-{writer}-{i}-a").Select(key => (Key: key, Done: CommitAsync(storage, key, i))).ToList();
            foreach (var (key, done) in commits)
            {
                done.Wait();
                Console.WriteLine(key);
                Console.Out.Flush();
            }
        }

        Environment.Exit(1);
    }

    private static Task CommitAsync(SqliteStorage storage, string key, int number) =>
        storage.CommitAsync(new StoreBatch().Save("notes", key, new Note("a", number)).Save("notes", Other(key), new Note("b", number))).AsTask();
}
