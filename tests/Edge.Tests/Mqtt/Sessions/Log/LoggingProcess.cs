using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

using Edge.Mqtt;
using Edge.Mqtt.Sessions.Log;
using Edge.Storage.Log;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Mqtt.Sessions.Log;

/// <summary>This program, started once more to do nothing but log messages and to say what is acknowledged, until somebody kills it. Each message goes to
/// two sessions; the first one's is done with after that.</summary>
internal static class LoggingProcess
{
    /// <summary>Between the numbers of the two sessions that a message goes to.</summary>
    public const int Second = 100;

    private const string FolderVariable = "EDGE_TEST_LOG_TO";
    private const string StartVariable = "EDGE_TEST_LOG_FROM";
    private const int Writers = 8;

    /// <summary>Starts it; sequences begin at <paramref name="from"/>.</summary>
    public static Process Start(string folder, long from)
    {
        var self = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(self) == "dotnet";
        var start = new ProcessStartInfo(self, isHost ? [typeof(LoggingProcess).Assembly.Location] : []) { RedirectStandardOutput = true };
        start.Environment[FolderVariable] = folder;
        start.Environment[StartVariable] = from.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start)!;
    }

    [ModuleInitializer]
    internal static void LogIfAsked()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
            Run(folder, long.Parse(Environment.GetEnvironmentVariable(StartVariable)!, CultureInfo.InvariantCulture));
    }

    public static IOptions<LogOptions> SmallFiles => Options.Create(new LogOptions { SegmentMegabytes = 1, MaxMegabytes = 64, CompactAboveMegabytes = 1 });

    // On this thread and the log's alone: others may run nothing of this assembly before its initializer has ended. So waiters are not of it, either.
    private static void Run(string folder, long from)
    {
        var log = new MessageLog(new(folder), SmallFiles, TimeProvider.System, NullLogger<MessageLog>.Instance);
        log.OpenAsync().AsTask().Wait();
        // It ends by being killed; the bound is for the case that nobody does.
        for (var sequence = from; sequence < from + 100_000; sequence++)
        {
            var queued = Enumerable.Range(1, Writers).Select(session => (session, Post(log, group => Queue(group, session, sequence)))).ToList();
            foreach (var (session, done) in queued) Say('q', session, sequence, done);
            var finished = Enumerable.Range(1, Writers).Select(session => (session, Post(log, group => group.AddDone(session, sequence)))).ToList();
            foreach (var (session, done) in finished) Say('d', session, sequence, done);
        }

        Environment.Exit(1);
    }

    private static void Queue(LogGroup group, long session, long sequence)
    {
        var id = group.AddMessage(new("t", new byte[200], MqttQoS.AtLeastOnce), "t"u8, [], 0);
        group.AddQueued(id, session, sequence, 1, MqttQoS.AtLeastOnce, false, []);
        group.AddQueued(id, session + Second, sequence, 1, MqttQoS.AtLeastOnce, false, []);
    }

    private static Task Post(MessageLog log, Action<LogGroup> fill)
    {
        var group = log.Rent();
        fill(group);
        var commit = new TaskWaiter();
        log.Post(group, commit);
        return commit.Task;
    }

    private static void Say(char what, int session, long sequence, Task done)
    {
        done.Wait();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {session} {sequence}"));
        Console.Out.Flush();
    }
}
