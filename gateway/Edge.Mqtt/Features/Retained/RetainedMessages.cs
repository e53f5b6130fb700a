using System.Collections.Concurrent;

using Edge.Mqtt.Topics;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Retained;

/// <summary>The retained messages, by topic, within their limits. Reading takes no lock.</summary>
internal sealed class RetainedMessages(IOptions<RetainedOptions> options)
{
    private readonly ConcurrentDictionary<string, MqttMessage> _messages = new(StringComparer.Ordinal);
    private readonly Lock _changes = new();
    private long _bytes;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Keeps the message in place of the one before; false where there is no room, and nothing changes.</summary>
    public bool TrySet(MqttMessage message)
    {
        lock (_changes)
        {
            var isReplacing = _messages.TryGetValue(message.Topic, out var before);
            var bytes = _bytes + message.Payload.Length - (before?.Payload.Length ?? 0);
            if ((!isReplacing && _count >= options.Value.MaxMessages) || bytes > options.Value.MaxBytes) return false;

            _messages[message.Topic] = message;
            _bytes = bytes;
            if (!isReplacing) _count++;
            return true;
        }
    }

    public bool Remove(string topic)
    {
        lock (_changes)
        {
            if (!_messages.TryRemove(topic, out var message)) return false;

            _bytes -= message.Payload.Length;
            _count--;
            return true;
        }
    }

    public MqttMessage? Find(string topic) => _messages.GetValueOrDefault(topic);

    /// <summary>Those that match; found at once where the filter has no wildcard.</summary>
    public IEnumerable<MqttMessage> Matching(TopicFilter filter)
    {
        if (!filter.Value.AsSpan().ContainsAny('+', '#'))
            return Find(filter.Value) is { } message ? [message] : [];

        return _messages.Where(m => filter.Matches(m.Key)).Select(m => m.Value);
    }
}
