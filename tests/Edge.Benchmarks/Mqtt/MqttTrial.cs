using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Mqtt.Modes;
using Edge.Benchmarks.Mqtt.Servers;

namespace Edge.Benchmarks.Mqtt;

/// <summary>A mode with one version of MQTT.</summary>
internal static class MqttTrial
{
    /// <summary>A protocol level as people call it.</summary>
    public static string VersionName(int version) => version == 5 ? "5.0" : "3.1.1";

    /// <summary>The trial of these servers.</summary>
    public static Trial Of(IMode mode, int version, IEnumerable<IServerKind> servers, TimeSpan time) => new(
        mode.Name, mode.Title, VersionName(version), mode.NeedsFreshServer,
        [.. servers.Select(kind => new Contender(kind.Name, async folder =>
            new Contest(mode, version, time, await kind.StartAsync(new(folder, mode.Clients, mode.IsDurable)))))]);

    private sealed class Contest(IMode mode, int version, TimeSpan time, RunningServer server) : IContest
    {
        public IReadOnlyList<Figure> Run(bool isWarm)
        {
            using var bench = new Bench(server, version, time, isWarm);
            return mode.Run(bench);
        }

        public void Dispose() => server.Dispose();
    }
}
