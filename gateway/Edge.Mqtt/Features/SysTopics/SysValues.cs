using System.Globalization;
using System.Reflection;

using Edge.Mqtt.Sessions;
using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Features.SysTopics;

/// <summary>What the topics say now. The names are those that Mosquitto made known, so that dashboards for it find them.</summary>
internal sealed class SysValues(
    SessionRegistry sessions, SubscriptionTree<Session> tree, TrafficCount traffic, IEnumerable<IMqttFigures> figures, TimeProvider clock)
{
    /// <summary>The beginning of every topic.</summary>
    public const string Root = "$SYS/broker/";

    private static readonly string Version = "edge " + (typeof(SysValues).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0");

    private static readonly (string Name, Func<Traffic, long> Of)[] Loads =
    [
        ("load/messages/received", t => t.PacketsIn), ("load/messages/sent", t => t.PacketsOut), ("load/publish/received", t => t.PublishedIn),
        ("load/publish/sent", t => t.PublishedOut), ("load/publish/dropped", t => t.Dropped), ("load/bytes/received", t => t.BytesIn),
        ("load/bytes/sent", t => t.BytesOut), ("load/connections", t => t.Connections),
    ];

    private static readonly string[] Spans = ["1min", "5min", "15min"];

    private readonly Lock _lock = new();
    private readonly LoadAverage[] _loads = [.. Loads.Select(_ => new LoadAverage())];
    private readonly long _started = clock.GetTimestamp();
    private long _looked = clock.GetTimestamp();

    /// <summary>Every topic with its value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Read()
    {
        lock (_lock) return [.. Texts().Concat(Numbers().Select(n => KeyValuePair.Create(Root + n.Key, n.Value.ToString(CultureInfo.InvariantCulture)))).Concat(LoadTexts())];
    }

    private IEnumerable<KeyValuePair<string, string>> Texts() =>
    [
        new(Root + "version", Version),
        new(Root + "uptime", string.Create(CultureInfo.InvariantCulture, $"{(long)clock.GetElapsedTime(_started).TotalSeconds} seconds")),
    ];

    private IEnumerable<KeyValuePair<string, long>> Numbers()
    {
        var (sum, counts, connected) = (traffic.Read(), sessions.Counts, traffic.Connected);
        return
        [
            new("clients/connected", connected),
            new("clients/disconnected", Math.Max(0, counts.Sessions - connected)),
            new("clients/total", Math.Max(counts.Sessions, connected)),
            new("clients/maximum", traffic.Most),
            new("clients/expired", counts.Expired),
            new("messages/received", sum.PacketsIn),
            new("messages/sent", sum.PacketsOut),
            new("messages/stored", counts.Queued),
            new("store/messages/count", counts.Queued),
            new("publish/messages/received", sum.PublishedIn),
            new("publish/messages/sent", sum.PublishedOut),
            new("publish/messages/dropped", sum.Dropped),
            new("bytes/received", sum.BytesIn),
            new("bytes/sent", sum.BytesOut),
            new("subscriptions/count", tree.Count),
            new("heap/current", GC.GetTotalMemory(forceFullCollection: false)),
            .. figures.SelectMany(f => f.Figures),
        ];
    }

    private IEnumerable<KeyValuePair<string, string>> LoadTexts()
    {
        var since = clock.GetElapsedTime(_looked);
        if (since > TimeSpan.Zero)
        {
            var sum = traffic.Read();
            for (var i = 0; i < _loads.Length; i++) _loads[i].Look(Loads[i].Of(sum), since);
            _looked = clock.GetTimestamp();
        }

        return _loads.SelectMany((load, i) => load.Averages.Select((value, span) =>
            KeyValuePair.Create($"{Root}{Loads[i].Name}/{Spans[span]}", value.ToString("F2", CultureInfo.InvariantCulture))));
    }
}
