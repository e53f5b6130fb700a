using Edge.Things.Clients;

namespace Edge.Tests.Portal.Kit;

/// <summary>One client that is connected until somebody ends it.</summary>
internal sealed class FakeClients : IConnectedClients
{
    private readonly List<ConnectedClient> _all =
        [new("meter-1", "meter-1", "anna@edge.local", "192.0.2.7:4711", "MQTT 5.0", DateTimeOffset.UnixEpoch, new(7, 3, 512, 128, 0, 1, 2))];

    public List<(string Key, string By)> Ended { get; } = [];

    public IReadOnlyList<ConnectedClient> All => [.. _all];

    public bool Disconnect(string key, string by)
    {
        Ended.Add((key, by));
        return _all.RemoveAll(c => c.Key == key) > 0;
    }
}
