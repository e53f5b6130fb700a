using System.Diagnostics.CodeAnalysis;

namespace Edge.Mqtt.Topics;

/// <summary><c>$share/group/filter</c>: members of the group take turns with what matches the filter (MQTT 5.0 §4.8.2). Clients of 3.1.1 may use it, too.</summary>
public static class SharedFilter
{
    private const string Prefix = "$share/";

    /// <summary>True for a filter that means to be shared, well-formed or not.</summary>
    public static bool IsShared(string filter) => filter.StartsWith(Prefix, StringComparison.Ordinal) || filter == "$share";

    /// <summary>Takes it apart; false where it is not shared, or its group or filter is not well-formed ([MQTT-4.8.2-1], [MQTT-4.8.2-2]).</summary>
    public static bool TryParse(string filter, [NotNullWhen(true)] out string? group, [NotNullWhen(true)] out string? inner)
    {
        (group, inner) = (null, null);
        if (!filter.StartsWith(Prefix, StringComparison.Ordinal)) return false;

        var end = filter.IndexOf('/', Prefix.Length);
        if (end <= Prefix.Length || end == filter.Length - 1) return false;

        var name = filter[Prefix.Length..end];
        if (name.AsSpan().ContainsAny('+', '#')) return false;

        (group, inner) = (name, filter[(end + 1)..]);
        return true;
    }

    /// <summary>The filter that topics are matched with: what is behind the group of a shared one, any other as it is.</summary>
    public static string Matched(string filter) => TryParse(filter, out _, out var inner) ? inner : filter;
}
