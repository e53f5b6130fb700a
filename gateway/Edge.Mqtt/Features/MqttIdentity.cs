using Edge.Identity.Tokens;
using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Features;

/// <summary>Who a client is, and what it may do with topics. Immutable.</summary>
public sealed class MqttIdentity
{
    private readonly TopicFilter[] _read;
    private readonly TopicFilter[] _write;

    /// <summary>An identity that a token proves.</summary>
    /// <param name="subject">Whose authority it is: a bare address or node id.</param>
    /// <param name="scopes">What it may do; entries that are no topic filters grant nothing.</param>
    /// <param name="expiresAt">When the session ends at the latest; null for never.</param>
    public MqttIdentity(string subject, IReadOnlyList<TopicScope> scopes, DateTimeOffset? expiresAt)
    {
        Subject = subject;
        ExpiresAt = expiresAt;
        _read = Filters(scopes, TopicAccess.Read);
        _write = Filters(scopes, TopicAccess.Write);
    }

    /// <summary>Whose authority it is: a bare address or node id; empty for a bootstrap session.</summary>
    public string Subject { get; }

    /// <summary>When the session ends at the latest; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>True for a client that has shown no token: it is whoever it says it is, and may do next to nothing.</summary>
    public bool IsBootstrap { get; private init; }

    /// <summary>What it rests on; for the feature that made it.</summary>
    internal object? Proof { get; init; }

    /// <summary>The most messages that it may publish in a minute; 0 for the broker's own limit.</summary>
    public int MessagesPerMinute { get; init; }

    /// <summary>The most bytes of payload in one of its messages; 0 for the broker's own limit.</summary>
    public int MaxPayloadBytes { get; init; }

    /// <summary>The identity of a client without a token. Its session is always clean, has no will that outlives its scope, and ends at
    /// <paramref name="expiresAt"/>.</summary>
    public static MqttIdentity Bootstrap(IReadOnlyList<TopicScope> scopes, DateTimeOffset expiresAt, int messagesPerMinute, int maxPayloadBytes) =>
        new("", scopes, expiresAt) { IsBootstrap = true, MessagesPerMinute = messagesPerMinute, MaxPayloadBytes = maxPayloadBytes };

    /// <summary>May it receive what is published there?</summary>
    public bool MayRead(string topic) => AnyMatches(_read, topic);

    /// <summary>May it publish there?</summary>
    public bool MayWrite(string topic) => AnyMatches(_write, topic);

    /// <summary>May it subscribe to <paramref name="filter"/>: is every topic that matches it one that it may read?</summary>
    public bool MaySubscribe(TopicFilter filter)
    {
        foreach (var scope in _read)
            if (scope.Covers(filter)) return true;

        return false;
    }

    private static bool AnyMatches(TopicFilter[] filters, string topic)
    {
        foreach (var filter in filters)
            if (filter.Matches(topic)) return true;

        return false;
    }

    private static TopicFilter[] Filters(IReadOnlyList<TopicScope> scopes, TopicAccess access) =>
        [.. scopes.Where(s => (s.Access & access) != 0).Select(s => TopicFilter.TryParse(s.Filter, out var filter) ? filter : null).OfType<TopicFilter>()];
}
