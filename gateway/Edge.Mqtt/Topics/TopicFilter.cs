using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Edge.Mqtt.Topics;

/// <summary>A topic filter, checked once and then matched often (MQTT 3.1.1 §4.7).</summary>
public sealed class TopicFilter
{
    private TopicFilter(string value) => Value = value;

    /// <summary>As it was written.</summary>
    public string Value { get; }

    private bool StartsWithWildcard => Value[0] is '+' or '#';

    /// <summary>Takes a filter whose wildcards stand where they may: <c>+</c> alone in its level, <c>#</c> alone in the last one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TopicFilter? filter)
    {
        filter = IsValid(text) ? new(text) : null;
        return filter is not null;
    }

    /// <summary>Does a message to <paramref name="topic"/> match? A wildcard at the beginning does not match <c>$</c>-topics ([MQTT-4.7.2-1]).</summary>
    public bool Matches(string topic) => !(StartsWithWildcard && topic.StartsWith('$')) && CoversLevels(topic);

    /// <summary>Does every topic that matches <paramref name="other"/> match this one, too?</summary>
    public bool Covers(TopicFilter other) => !(StartsWithWildcard && other.Value[0] == '$') && CoversLevels(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    // A topic is a filter without wildcards: one walk serves both questions.
    private bool CoversLevels(ReadOnlySpan<char> other)
    {
        var mine = Value.AsSpan();
        while (true)
        {
            var level = NextLevel(ref mine, out var mineEnds);
            if (level is "#") return true;

            var theirs = NextLevel(ref other, out var otherEnds);
            if (theirs is "#" || (theirs is "+" && level is not "+")) return false;
            if (level is not "+" && !level.SequenceEqual(theirs)) return false;
            if (mineEnds || otherEnds) return mineEnds == otherEnds || (otherEnds && mine is "#"); // a/# matches a, too
        }
    }

    private static ReadOnlySpan<char> NextLevel(ref ReadOnlySpan<char> rest, out bool ends)
    {
        var slash = rest.IndexOf('/');
        ends = slash < 0;
        var level = ends ? rest : rest[..slash];
        rest = ends ? default : rest[(slash + 1)..];
        return level;
    }

    private static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Contains('\0') || Encoding.UTF8.GetByteCount(text) > ushort.MaxValue) return false;

        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('+' or '#')) continue;
            if (i > 0 && text[i - 1] != '/') return false;
            if (i + 1 < text.Length && (text[i] == '#' || text[i + 1] != '/')) return false;
        }

        return true;
    }
}
