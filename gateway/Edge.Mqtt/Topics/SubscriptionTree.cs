using System.Collections.Immutable;

namespace Edge.Mqtt.Topics;

/// <summary>One who matched, with what was granted.</summary>
internal readonly record struct Subscription<T>(T Subscriber, SubscriptionOptions Options) where T : class;

/// <summary>
/// Who subscribed to what, as a tree of topic levels. Matching takes no lock: nodes hold immutable arrays and a dictionary that is read without
/// one. Changes take the tree's own lock; they are rare beside messages.
/// </summary>
internal sealed class SubscriptionTree<T> where T : class
{
    private readonly Lock _changes = new();
    private readonly TopicNode<T> _root = new();
    private int _version;
    private int _count;

    /// <summary>Changes with every change of the tree: a result of <see cref="Match"/> holds for as long as this stays what it was before.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>How many subscriptions there are, members of groups included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>True where a filter begins with this level.</summary>
    public bool HasBelow(string level) => _root.Find(level) is not null;

    /// <summary>The number of nodes, the root included; falls back to 1 when every subscription is gone.</summary>
    public int NodeCount
    {
        get
        {
            lock (_changes) return _root.CountNodes();
        }
    }

    /// <summary>Adds a subscription, or replaces that of the same subscriber to the same filter ([MQTT-3.8.4-3]).</summary>
    public void Add(string filter, T subscriber, SubscriptionOptions options)
    {
        var isShared = SharedFilter.TryParse(filter, out var group, out var inner);
        lock (_changes)
        {
            var node = _root;
            var path = isShared ? inner! : filter;
            foreach (var range in path.AsSpan().Split('/')) node = node.GetOrAdd(path[range]);

            var before = isShared ? node.Group(group!).Members : node.Subscribers;
            var after = before.RemoveAll(s => s.Subscriber == subscriber).Add(new(subscriber, options));
            if (isShared) node.Group(group!).Members = after;
            else node.Subscribers = after;
            _count += after.Length - before.Length;
            Touch();
        }
    }

    /// <summary>Removes a subscription, and the nodes that nobody needs any more.</summary>
    public void Remove(string filter, T subscriber)
    {
        var group = SharedFilter.TryParse(filter, out var name, out var inner) ? name : null;
        lock (_changes)
        {
            if (!Remove(_root, inner ?? filter, group, subscriber)) return;
            _count--;
            Touch();
        }
    }

    /// <summary>Makes every result of <see cref="Match"/> void: something changed that they were made with.</summary>
    public void Touch() => Interlocked.Increment(ref _version);

    /// <summary>Adds every subscription that matches <paramref name="topic"/>: a subscriber with several is there several times.</summary>
    public void Match(string topic, List<Subscription<T>> matches, List<SharedGroup<T>> groups)
    {
        if (topic[0] == '$') MatchLiteral(_root, topic, matches, groups); // wildcards do not reach $-topics from the first level ([MQTT-4.7.2-1])
        else Match(_root, topic, matches, groups);
    }

    private static void Match(TopicNode<T> node, ReadOnlySpan<char> rest, List<Subscription<T>> matches, List<SharedGroup<T>> groups)
    {
        Take(node.Rest, matches, groups);
        MatchLiteral(node, rest, matches, groups);
        if (node.Any is { } any) Descend(any, rest, matches, groups);
    }

    private static void MatchLiteral(TopicNode<T> node, ReadOnlySpan<char> rest, List<Subscription<T>> matches, List<SharedGroup<T>> groups)
    {
        var slash = rest.IndexOf('/');
        if (node.Find(slash < 0 ? rest : rest[..slash]) is { } child) Descend(child, rest, matches, groups);
    }

    private static void Descend(TopicNode<T> child, ReadOnlySpan<char> rest, List<Subscription<T>> matches, List<SharedGroup<T>> groups)
    {
        var slash = rest.IndexOf('/');
        if (slash >= 0)
        {
            Match(child, rest[(slash + 1)..], matches, groups);
            return;
        }

        Take(child, matches, groups);
        Take(child.Rest, matches, groups); // a/# matches a, too (§4.7.1.2)
    }

    private static void Take(TopicNode<T>? node, List<Subscription<T>> matches, List<SharedGroup<T>> groups)
    {
        if (node is null) return;

        matches.AddRange(node.Subscribers.AsSpan());
        groups.AddRange(node.Groups.AsSpan());
    }

    private static bool Remove(TopicNode<T> node, ReadOnlySpan<char> rest, string? group, T subscriber)
    {
        var slash = rest.IndexOf('/');
        var level = (slash < 0 ? rest : rest[..slash]).ToString();
        if (node.Get(level) is not { } child) return false;

        var removed = slash < 0 ? child.Remove(group, subscriber) : Remove(child, rest[(slash + 1)..], group, subscriber);
        if (child.IsEmpty) node.Drop(level);
        return removed;
    }
}
