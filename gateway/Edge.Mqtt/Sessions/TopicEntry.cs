using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Sessions;

/// <summary>A topic that a client publishes to, with what was found out about it: asked again only when subscriptions or rights have changed. Used by
/// the client's own task.</summary>
internal sealed class TopicEntry(string topic, byte[] utf8)
{
    private Route? _route;
    private string? _refusal;
    private int _rights = -1;

    public string Topic { get; } = topic;

    public ReadOnlyMemory<byte> Utf8 { get; } = utf8;

    /// <summary>Who gets what is published here.</summary>
    public Route Route(RouteFinder routes)
    {
        var route = _route;
        return route is not null && routes.IsCurrent(route) ? route : _route = routes.Find(Topic);
    }

    /// <summary>Why this client may not publish here; null where it may.</summary>
    public string? Refusal(LiveSession live)
    {
        var rights = live.RightsVersion;
        if (rights == _rights) return _refusal;

        _refusal = live.RefusalOfPublish(Topic);
        _rights = rights;
        return _refusal;
    }
}
