using System.Diagnostics;

using Edge.Benchmarks.Load;
using Edge.Benchmarks.Mqtt.Servers;

namespace Edge.Benchmarks.Mqtt;

/// <summary>One measurement of one server: its process, its clients' logins, and the loop that loads it.</summary>
internal sealed class Bench(RunningServer server, int version, TimeSpan time, bool isWarm) : IDisposable
{
    private static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WarmUpFresh = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan WarmUpAgain = TimeSpan.FromSeconds(0.5);

    /// <summary>The server.</summary>
    public ServerProcess Server => server.Process;

    /// <summary>MQTT's protocol level: 4 or 5.</summary>
    public int Version => version;

    /// <summary>How long to measure.</summary>
    public TimeSpan Time => time;

    /// <summary>How long to load it before: just-in-time compilers and caches need their time once.</summary>
    public TimeSpan WarmUp => isWarm ? WarmUpAgain : WarmUpFresh;

    /// <summary>The loop.</summary>
    public LoadLoop Loop { get; } = new();

    /// <summary>The login of a client of the plan by its place.</summary>
    public Login Login(int client) => server.Logins[client];

    /// <summary>Connects all, so many at a time.</summary>
    public void Connect(IReadOnlyList<MqttPeer> peers, int atOnce = 50)
    {
        foreach (var some in peers.Chunk(atOnce))
        {
            foreach (var peer in some)
            {
                Loop.Open(peer, Server.Port);
                peer.Begin();
            }

            if (!Loop.RunUntil(() => some.All(p => p.IsReady), ConnectsWithin)) throw new IOException("The server left connections without an answer.");
        }
    }

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
