using System.Collections.Concurrent;
using System.Text;

using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Retained;

/// <summary>A retained message, and when it is forgotten; null for never.</summary>
internal sealed record Retained(MqttMessage Message, DateTimeOffset? ExpiresAt)
{
    /// <summary>What it takes of the limit: topic, properties and payload.</summary>
    public int Bytes { get; } =
        Encoding.UTF8.GetByteCount(Message.Topic) + (Message.Properties is null ? 0 : PublishWriter.EncodeProperties(Message.Properties).Length) + Message.Payload.Length;
}

/// <summary>The retained messages, by topic, within their limits. Reading takes no lock.</summary>
internal sealed class RetainedMessages(IOptions<RetainedOptions> options) : IMqttFigures
{
    private readonly ConcurrentDictionary<string, Retained> _messages = new(StringComparer.Ordinal);
    private readonly Lock _changes = new();
    private long _bytes;
    private int _count;
    private DateTimeOffset _nextExpiry = DateTimeOffset.MaxValue;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<KeyValuePair<string, long>> Figures => [new("retained messages/count", Count), new("retained messages/bytes", Interlocked.Read(ref _bytes))];

    /// <summary>Keeps the message in place of the one before; false where there is no room, and nothing changes.</summary>
    public bool TrySet(MqttMessage message, DateTimeOffset? expiresAt)
    {
        lock (_changes)
        {
            var isReplacing = _messages.TryGetValue(message.Topic, out var before);
            var retained = new Retained(message, expiresAt);
            var bytes = _bytes + retained.Bytes - (before?.Bytes ?? 0);
            if ((!isReplacing && _count >= options.Value.MaxMessages) || bytes > options.Value.MaxBytes) return false;

            _messages[message.Topic] = retained;
            if (expiresAt < _nextExpiry) _nextExpiry = expiresAt.Value;
            _bytes = bytes;
            if (!isReplacing) _count++;
            return true;
        }
    }

    public bool Remove(string topic)
    {
        lock (_changes)
        {
            if (!_messages.TryRemove(topic, out var held)) return false;

            _bytes -= held.Bytes;
            _count--;
            return true;
        }
    }

    /// <summary>Removes those whose time is over ([MQTT-3.3.2-5]); their topics. Looks at them only when one is due.</summary>
    public IReadOnlyList<string> RemoveExpired(DateTimeOffset now)
    {
        lock (_changes)
        {
            if (now < _nextExpiry) return [];

            string[] expired = [.. _messages.Where(m => m.Value.ExpiresAt <= now).Select(m => m.Key)];
            foreach (var topic in expired) Remove(topic);
            _nextExpiry = _messages.Min(m => m.Value.ExpiresAt) ?? DateTimeOffset.MaxValue;
            return expired;
        }
    }

    /// <summary>Takes back that <paramref name="message"/> was kept, or cleared its place, unless another has come since.</summary>
    public void Undo(MqttMessage message, Retained? before)
    {
        lock (_changes)
        {
            var now = Find(message.Topic);
            if (message.Payload.IsEmpty ? now is not null : !ReferenceEquals(now?.Message, message)) return;

            Remove(message.Topic);
            if (before is not null) TrySet(before.Message, before.ExpiresAt);
        }
    }

    public Retained? Find(string topic) => _messages.GetValueOrDefault(topic);

    /// <summary>Those that match, with what is left of their lifetime; found at once where the filter has no wildcard.</summary>
    public IEnumerable<MqttMessage> Matching(TopicFilter filter, DateTimeOffset now)
    {
        if (!filter.Value.AsSpan().ContainsAny('+', '#'))
            return Find(filter.Value) is { } held && AsOf(held, now) is { } message ? [message] : [];

        return _messages.Where(m => filter.Matches(m.Key)).Select(m => AsOf(m.Value, now)).OfType<MqttMessage>();
    }

    // One whose time is over is not removed here: by now another may be in its place.
    private static MqttMessage? AsOf(Retained held, DateTimeOffset now)
    {
        if (held.ExpiresAt is not { } end) return held.Message;

        return end > now ? held.Message with { Properties = held.Message.Properties! with { ExpirySeconds = (uint)Math.Ceiling((end - now).TotalSeconds) } } : null;
    }
}
