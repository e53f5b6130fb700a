using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Edge.Mqtt.Topics;

/// <summary>One level of the subscription tree. Changed under the tree's lock; what matching reads may be read at any time.</summary>
internal sealed class TopicNode<T> where T : class
{
    private ConcurrentDictionary<string, TopicNode<T>>? _levels;

    /// <summary>Those whose filter ends here.</summary>
    public ImmutableArray<Subscription<T>> Subscribers { get; set; } = [];

    /// <summary>The groups whose filter ends here.</summary>
    public ImmutableArray<SharedGroup<T>> Groups { get; private set; } = [];

    /// <summary>The child for <c>+</c>.</summary>
    public TopicNode<T>? Any { get; private set; }

    /// <summary>The child for <c>#</c>.</summary>
    public TopicNode<T>? Rest { get; private set; }

    public bool IsEmpty => Subscribers.IsEmpty && Groups.IsEmpty && Any is null && Rest is null && (_levels is null || _levels.IsEmpty);

    public int CountNodes() => 1 + (_levels?.Values.Sum(n => n.CountNodes()) ?? 0) + (Any?.CountNodes() ?? 0) + (Rest?.CountNodes() ?? 0);

    public TopicNode<T>? Find(ReadOnlySpan<char> level) =>
        _levels is { } levels && levels.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var child) ? child : null;

    public TopicNode<T>? Get(string level) => level switch
    {
        "+" => Any,
        "#" => Rest,
        _ => Find(level),
    };

    public TopicNode<T> GetOrAdd(string level) => level switch
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

    /// <summary>The group of this name, made where it is new.</summary>
    public SharedGroup<T> Group(string name)
    {
        foreach (var group in Groups)
            if (group.Name == name) return group;

        var made = new SharedGroup<T>(name);
        Groups = Groups.Add(made);
        return made;
    }

    /// <summary>Removes a subscriber, of a group where one is given; false where there was none.</summary>
    public bool Remove(string? groupName, T subscriber)
    {
        if (groupName is null)
        {
            var left = Subscribers.RemoveAll(s => s.Subscriber == subscriber);
            var removed = left.Length < Subscribers.Length;
            Subscribers = left;
            return removed;
        }

        var group = Groups.FirstOrDefault(g => g.Name == groupName);
        if (group is null) return false;

        var members = group.Members.RemoveAll(s => s.Subscriber == subscriber);
        var isRemoved = members.Length < group.Members.Length;
        group.Members = members;
        if (members.IsEmpty) Groups = Groups.Remove(group);
        return isRemoved;
    }
}
