using System.Diagnostics;

using Edge.Benchmarks.Load;

namespace Edge.Benchmarks.Compare;

/// <summary>One measurement of one server: its process, and the loop that loads it.</summary>
/// <param name="server">The server.</param>
/// <param name="time">How long to measure.</param>
/// <param name="isWarm">Whether it was loaded before.</param>
internal class LoadRun(ServerProcess server, TimeSpan time, bool isWarm) : IDisposable
{
    private static readonly TimeSpan WarmUpFresh = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan WarmUpAgain = TimeSpan.FromSeconds(0.5);

    /// <summary>The server.</summary>
    public ServerProcess Server => server;

    /// <summary>How long to measure.</summary>
    public TimeSpan Time => time;

    /// <summary>How long to load it before: just-in-time compilers and caches need their time once.</summary>
    public TimeSpan WarmUp => isWarm ? WarmUpAgain : WarmUpFresh;

    /// <summary>The loop.</summary>
    public LoadLoop Loop { get; } = new();

    /// <summary>Measures what happens in <see cref="Time"/> while <paramref name="load"/> runs: rate, processor time of server and generator.</summary>
    public List<Figure> Measure(Func<long> count, Action<TimeSpan> load)
    {
        var (counted, cpu, own, watch) = (count(), Server.CpuSeconds, OwnCpu(), Stopwatch.StartNew());
        load(Time);
        var (seconds, used, owned) = (watch.Elapsed.TotalSeconds, Server.CpuSeconds - cpu, OwnCpu() - own);
        var messages = count() - counted;
        return
        [
            new(Metric.Rate, messages / seconds),
            new(Metric.CpuPerMillion, used / messages * 1e6),
            new(Metric.CpuShare, 100 * used / seconds),
            new(Metric.GeneratorShare, 100 * owned / seconds),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => Loop.Dispose();

    private static double OwnCpu() => Environment.CpuUsage.TotalTime.TotalSeconds;
}
