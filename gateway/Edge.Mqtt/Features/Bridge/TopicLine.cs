using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>One line of a bridge: topics that match the pattern behind one prefix here and behind another one there.</summary>
internal sealed class TopicLine
{
    private readonly TopicFilter _local;
    private readonly TopicFilter _remote;
    private readonly string _localPrefix;
    private readonly string _remotePrefix;

    private TopicLine(TopicFilter local, TopicFilter remote, string localPrefix, string remotePrefix) =>
        (_local, _remote, _localPrefix, _remotePrefix) = (local, remote, localPrefix, remotePrefix);

    public required string LocalFilter { get; init; }

    public required string RemoteFilter { get; init; }

    public required MqttQoS QoS { get; init; }

    public required bool IsOut { get; init; }

    public required bool IsIn { get; init; }

    /// <summary>Reads <c>pattern [out|in|both [qos [local-prefix [remote-prefix]]]]</c>; null where it is wrong, with the remedy.</summary>
    public static TopicLine? TryParse(string line, out string error)
    {
        var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        error = parts switch
        {
            [] or { Length: > 5 } => "give pattern, direction, QoS, local prefix and remote prefix",
            [_, not ("in" or "out" or "both"), ..] => $"the direction is in, out or both, not {parts[1]}",
            [_, _, not ("0" or "1" or "2"), ..] => $"the QoS is 0, 1 or 2, not {parts[2]}",
            _ => "",
        };
        if (error.Length > 0) return null;

        var (localPrefix, remotePrefix) = (PrefixAt(parts, 3), PrefixAt(parts, 4));
        var pattern = PrefixAt(parts, 0);
        var (local, remote) = (localPrefix + pattern, remotePrefix + pattern);
        if ((localPrefix + remotePrefix).AsSpan().ContainsAny('#', '+')) error = "a prefix has no wildcards";
        else if (!TopicFilter.TryParse(local, out var localFilter)) error = $"\"{local}\" is no topic filter";
        else if (!TopicFilter.TryParse(remote, out var remoteFilter)) error = $"\"{remote}\" is no topic filter";
        else
        {
            var direction = parts.Length > 1 ? parts[1] : "out";
            return new(localFilter, remoteFilter, localPrefix, remotePrefix)
            {
                LocalFilter = local,
                RemoteFilter = remote,
                QoS = parts.Length > 2 ? (MqttQoS)(parts[2][0] - '0') : MqttQoS.AtMostOnce,
                IsOut = direction != "in",
                IsIn = direction != "out",
            };
        }

        return null;
    }

    /// <summary>What the topic is called there; null where this line does not send it.</summary>
    public string? ToRemote(string topic) => IsOut && _local.Matches(topic) ? _remotePrefix + topic[_localPrefix.Length..] : null;

    /// <summary>What the topic is called here; null where this line does not bring it.</summary>
    public string? ToLocal(string topic) => IsIn && _remote.Matches(topic) ? _localPrefix + topic[_remotePrefix.Length..] : null;

    private static string PrefixAt(string[] parts, int index) => parts.Length > index && parts[index] != "\"\"" ? parts[index] : "";
}

/// <summary>The lines of one bridge. Where several would take a topic, the first does.</summary>
internal sealed class TopicMap(IReadOnlyList<TopicLine> lines)
{
    /// <summary>What is sent, as local filters with the highest quality of service of each.</summary>
    public IEnumerable<(string Filter, MqttQoS QoS)> Local => Distinct(lines.Where(l => l.IsOut), l => l.LocalFilter);

    /// <summary>What is brought, as remote filters.</summary>
    public IEnumerable<(string Filter, MqttQoS QoS)> Remote => Distinct(lines.Where(l => l.IsIn), l => l.RemoteFilter);

    public string? ToRemote(string topic)
    {
        foreach (var line in lines)
            if (line.ToRemote(topic) is { } mapped) return mapped;

        return null;
    }

    public string? ToLocal(string topic)
    {
        foreach (var line in lines)
            if (line.ToLocal(topic) is { } mapped) return mapped;

        return null;
    }

    private static IEnumerable<(string Filter, MqttQoS QoS)> Distinct(IEnumerable<TopicLine> lines, Func<TopicLine, string> filter) =>
        lines.GroupBy(filter, StringComparer.Ordinal).Select(group => (group.Key, group.Max(l => l.QoS)));
}
