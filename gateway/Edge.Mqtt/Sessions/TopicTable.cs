
using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Sessions;

/// <summary>The topics that one client publishes to again and again, so that a message costs neither a string nor a search. A few places, the newer
/// takes the older's; nothing is held for a client that does not publish. Used by one reader.</summary>
internal sealed class TopicTable(MqttOptions options)
{
    private const int Places = 64; // a power of two; a node has about ten topics, a bridge more than any table
    private const int MaxBytes = 256; // so that a hostile client cannot keep much here

    private TopicEntry? _last;
    private TopicEntry?[]? _places;

    /// <summary>The entry of a topic, checked the first time that it comes.</summary>
    /// <exception cref="MqttProtocolException">It is no topic name, or beyond a limit.</exception>
    public TopicEntry Get(ReadOnlyMemory<byte> utf8)
    {
        var bytes = utf8.Span;
        if (_last is { } last && bytes.SequenceEqual(last.Utf8.Span)) return last;
        if (bytes.Length > MaxBytes) return Make(bytes);

        ref var place = ref (_places ??= new TopicEntry?[Places])[PlaceOf(bytes)];
        if (place is null || !bytes.SequenceEqual(place.Utf8.Span)) place = Make(bytes);
        return _last = place;
    }

    private TopicEntry Make(ReadOnlySpan<byte> utf8)
    {
        var topic = PublishPacket.DecodeTopic(utf8);
        return TopicRules.LimitPassed(topic, options) is { } error
            ? throw new MqttProtocolException($"A message was refused: {error}.") { IsLimit = true, Reason = MqttReason.TopicNameInvalid }
            : new(topic, utf8.ToArray());
    }

    // Two topics that share a place cost a new entry each time, no more.
    private static int PlaceOf(ReadOnlySpan<byte> bytes) => (int)(TopicHash.Of(bytes) >> 58) & (Places - 1);
}
