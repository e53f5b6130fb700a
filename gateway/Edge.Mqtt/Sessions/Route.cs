using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Sessions;

/// <summary>A session that gets what is published to a topic. Its subscriptions that match are taken together: it gets each message once, with the highest
/// quality of service and every identifier of them (MQTT 5.0 §3.3.4).</summary>
/// <param name="Session">The session.</param>
/// <param name="QoS">The highest quality of service granted.</param>
/// <param name="NoLocal">True where it wants nothing of its own, with every subscription that matches.</param>
/// <param name="IsMixed">True where some of them want its own messages and some do not: what it gets of its own is another entry.</param>
/// <param name="RetainAsPublished">True where one of them wants the retain flag as it was set.</param>
/// <param name="Ids">Their identifiers; null for none.</param>
internal readonly record struct RouteEntry(Session Session, MqttQoS QoS, bool NoLocal, bool RetainAsPublished, uint[]? Ids, bool IsMixed = false);

/// <summary>Who gets what is published to one topic, as long as neither subscriptions nor rights change.</summary>
internal sealed record Route(int Version, RouteEntry[] Sessions, SharedGroup<Session>[] Groups);

/// <summary>Finds routes.</summary>
internal sealed class RouteFinder(SubscriptionTree<Session> tree)
{
    // Filled and emptied within one call, so one per thread is enough.
    [ThreadStatic]
    private static List<Subscription<Session>>? _matches;

    [ThreadStatic]
    private static List<SharedGroup<Session>>? _groups;

    public bool IsCurrent(Route route) => route.Version == tree.Version;

    /// <summary>The route of a topic: everybody who subscribed to it, but those connected clients that may not read it.</summary>
    public Route Find(string topic)
    {
        var (matches, groups) = (_matches ??= [], _groups ??= []);
        try
        {
            var version = tree.Version; // before looking: a change meanwhile makes this route old, never wrong for long
            tree.Match(topic, matches, groups);
            return new(version, matches.Count == 0 ? [] : Merge(matches, topic), [.. groups]);
        }
        finally
        {
            matches.Clear();
            groups.Clear();
        }
    }

    /// <summary>The entry of a session for its own messages, where some of its subscriptions do not want these; rare enough to be looked for each time.</summary>
    public RouteEntry FindOwn(string topic, in RouteEntry all)
    {
        var (found, groups) = (new List<Subscription<Session>>(), new List<SharedGroup<Session>>());
        tree.Match(topic, found, groups);
        var session = all.Session;
        found.RemoveAll(s => s.Subscriber != session || s.Options.NoLocal);
        return Merge(found, topic) is [var own] ? own : all with { NoLocal = true };
    }

    private static RouteEntry[] Merge(List<Subscription<Session>> matches, string topic)
    {
        var entries = new List<RouteEntry>(matches.Count);
        var places = matches.Count > 1 ? new Dictionary<Session, int>(matches.Count, ReferenceEqualityComparer.Instance) : null;
        foreach (var (session, options) in matches)
        {
            if (places is not null && places.TryGetValue(session, out var place)) entries[place] = With(entries[place], options);
            else if (session.MayReceive(topic))
            {
                places?.Add(session, entries.Count);
                entries.Add(new(session, options.QoS, options.NoLocal, options.RetainAsPublished, options.Id == 0 ? null : [options.Id]));
            }
        }

        return [.. entries];
    }

    private static RouteEntry With(in RouteEntry entry, in SubscriptionOptions options) => entry with
    {
        QoS = options.QoS > entry.QoS ? options.QoS : entry.QoS,
        NoLocal = entry.NoLocal && options.NoLocal,
        IsMixed = entry.IsMixed || entry.NoLocal != options.NoLocal,
        RetainAsPublished = entry.RetainAsPublished || options.RetainAsPublished,
        Ids = options.Id == 0 ? entry.Ids : [.. entry.Ids ?? [], options.Id],
    };
}
