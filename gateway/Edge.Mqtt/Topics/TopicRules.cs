using System.Text;

namespace Edge.Mqtt.Topics;

/// <summary>The limits on topics and filters, as values: what is wrong, or null.</summary>
internal static class TopicRules
{
    /// <summary>Checks the length and depth of a topic name or filter.</summary>
    public static string? LimitPassed(string topic, MqttOptions options)
    {
        var bytes = Encoding.UTF8.GetByteCount(topic);
        if (bytes > options.MaxTopicBytes) return $"its topic has {bytes} bytes, more than mqtt:maxTopicBytes ({options.MaxTopicBytes}): shorten it, or raise the key";

        var levels = topic.AsSpan().Count('/') + 1;
        return levels > options.MaxTopicLevels ? $"its topic has {levels} levels, more than mqtt:maxTopicLevels ({options.MaxTopicLevels}): use fewer, or raise the key" : null;
    }

    /// <summary>True for a topic name that can be published to: not empty, no wildcard, no U+0000 (§4.7.1, §4.7.3).</summary>
    public static bool IsTopicName(string topic) => topic.Length > 0 && !topic.AsSpan().ContainsAny('+', '#', '\0');
}
