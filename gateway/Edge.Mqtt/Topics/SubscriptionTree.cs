using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Edge.Mqtt.Topics;

/// <summary>One who matched, with the quality of service granted.</summary>
internal readonly record struct Subscription<T>(T Subscriber, MqttQoS QoS) where T : class;

/// <summary>
/// Who subscribed to what, as a tree of topic levels. Matching takes no lock: nodes hold immutable arrays and a dictionary that is read without
/// one. Changes take the tree's own lock; they are rare beside messages.
/// </summary>
internal sealed class SubscriptionTree<T> where T : class
{
    private readonly Lock _changes = new();
    private readonly Node _root = new();

    /// <summary>The number of nodes, the root included; falls back to 1 when every subscription is gone.</summary>
    public int NodeCount
    {
        get
        {
            lock (_changes) return Count(_root);
        }
    }

    /// <summary>Adds a subscription, or replaces that of the same subscriber to the same filter ([MQTT-3.8.4-3]).</summary>
    public void Add(string filter, T subscriber, MqttQoS qos)
    {
        lock (_changes)
        {
            var node = _root;
            foreach (var range in filter.AsSpan().Split('/')) node = node.GetOrAdd(filter[range]);
            node.Subscribers = [.. node.Subscribers.Where(s => s.Subscriber != subscriber), new(subscriber, qos)];
        }
    }

    /// <summary>Removes a subscription, and the nodes that nobody needs any more.</summary>
    public void Remove(string filter, T subscriber)
    {
        lock (_changes) Remove(_root, filter, subscriber);
    }

    /// <summary>Adds everybody whose filter matches <paramref name="topic"/> to <paramref name="matches"/>; each once, with the highest quality of
    /// service of its subscriptions ([MQTT-3.3.5-1]).</summary>
    public void Match(string topic, List<Subscription<T>> matches)
    {
        var nodes = 0;
        if (topic[0] == '$') MatchLiteral(_root, topic, matches, ref nodes); // wildcards do not reach $-topics from the first level ([MQTT-4.7.2-1])
        else Match(_root, topic, matches, ref nodes);
        if (nodes > 1) KeepHighest(matches);
    }

    private static void Match(Node node, ReadOnlySpan<char> rest, List<Subscription<T>> matches, ref int nodes)
    {
        Take(node.Rest, matches, ref nodes);
        MatchLiteral(node, rest, matches, ref nodes);
        if (node.Any is { } any) Descend(any, rest, matches, ref nodes);
    }

    private static void MatchLiteral(Node node, ReadOnlySpan<char> rest, List<Subscription<T>> matches, ref int nodes)
    {
        var slash = rest.IndexOf('/');
        if (node.Find(slash < 0 ? rest : rest[..slash]) is { } child) Descend(child, rest, matches, ref nodes);
    }

    private static void Descend(Node child, ReadOnlySpan<char> rest, List<Subscription<T>> matches, ref int nodes)
    {
        var slash = rest.IndexOf('/');
        if (slash >= 0)
        {
            Match(child, rest[(slash + 1)..], matches, ref nodes);
            return;
        }

        Take(child, matches, ref nodes);
        Take(child.Rest, matches, ref nodes); // a/# matches a, too (§4.7.1.2)
    }

    private static void Take(Node? node, List<Subscription<T>> matches, ref int nodes)
    {
        if (node is null || node.Subscribers.IsEmpty) return;

        nodes++;
        matches.AddRange(node.Subscribers.AsSpan());
    }

    private static void KeepHighest(List<Subscription<T>> matches)
    {
        var seen = new Dictionary<T, int>(matches.Count, ReferenceEqualityComparer.Instance);
        var kept = 0;
        foreach (var match in matches.ToArray())
        {
            if (seen.TryAdd(match.Subscriber, kept)) matches[kept++] = match;
            else if (matches[seen[match.Subscriber]].QoS < match.QoS) matches[seen[match.Subscriber]] = match;
        }

        matches.RemoveRange(kept, matches.Count - kept);
    }

    private static void Remove(Node node, ReadOnlySpan<char> rest, T subscriber)
    {
        var slash = rest.IndexOf('/');
        var level = (slash < 0 ? rest : rest[..slash]).ToString();
        if (node.Get(level) is not { } child) return;

        if (slash < 0) child.Subscribers = child.Subscribers.RemoveAll(s => s.Subscriber == subscriber);
        else Remove(child, rest[(slash + 1)..], subscriber);

        if (child.IsEmpty) node.Drop(level);
    }

    private static int Count(Node node) => 1 + node.Children.Sum(Count);

    private sealed class Node
    {
        private ConcurrentDictionary<string, Node>? _levels;

        public ImmutableArray<Subscription<T>> Subscribers { get; set; } = [];

        /// <summary>The child for <c>+</c>.</summary>
        public Node? Any { get; private set; }

        /// <summary>The child for <c>#</c>.</summary>
        public Node? Rest { get; private set; }

        public IEnumerable<Node> Children => [.. (_levels?.Values ?? []), .. new[] { Any, Rest }.OfType<Node>()];

        public bool IsEmpty => Subscribers.IsEmpty && Any is null && Rest is null && (_levels is null || _levels.IsEmpty);

        public Node? Find(ReadOnlySpan<char> level) =>
            _levels is { } levels && levels.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var child) ? child : null;

        public Node? Get(string level) => level switch
        {
            "+" => Any,
            "#" => Rest,
            _ => Find(level),
        };

        public Node GetOrAdd(string level) => level switch
        {
            "+" => Any ??= new(),
            "#" => Rest ??= new(),
            _ => (_levels ??= new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal)).GetOrAdd(level, static _ => new()),
        };

        public void Drop(string level)
        {
            if (level == "+") Any = null;
            else if (level == "#") Rest = null;
            else _levels?.TryRemove(level, out _);
        }
    }
}
