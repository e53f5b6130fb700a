using System.Text;

using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Sessions;

/// <summary>A message that is queued: what is the same for every receiver is encoded once, and shared by the queues of all sessions that it is in.</summary>
internal sealed class PublishFrame
{
    private readonly ReadOnlyMemory<byte> _topic;
    private readonly ReadOnlyMemory<byte> _properties;

    /// <summary>A frame of a message, which runs out its lifetime, where it has one, from <paramref name="now"/> on.</summary>
    public PublishFrame(MqttMessage message, DateTimeOffset now) : this(message, Encoding.UTF8.GetBytes(message.Topic), now)
    {
    }

    /// <summary>As above, with the topic encoded already.</summary>
    public PublishFrame(MqttMessage message, ReadOnlyMemory<byte> topic, DateTimeOffset now)
    {
        Message = message;
        _topic = topic;
        _properties = PublishWriter.EncodeProperties(message.Properties);
        ExpiresAt = message.Properties?.ExpirySeconds is { } seconds ? now.ToUnixTimeSeconds() + seconds : null;
    }

    /// <summary>A frame as it was stored: its properties are encoded already.</summary>
    public PublishFrame(MqttMessage message, ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> properties) =>
        (Message, _topic, _properties) = (message, topic, properties);

    public MqttMessage Message { get; }

    public ReadOnlySpan<byte> Topic => _topic.Span;

    public ReadOnlySpan<byte> Properties => _properties.Span;

    /// <summary>What it takes of a queue's bytes: user properties need memory as much as payload does.</summary>
    public int Bytes => _topic.Length + _properties.Length + Message.Payload.Length;

    public PublishContent Content => new(_topic.Span, _properties.Span, Message.Payload.Span);

    /// <summary>When it is not to be sent any more, in seconds since 1970; null for never (MQTT 5.0 §3.3.2.3.3).</summary>
    public long? ExpiresAt { get; init; }

    public bool IsExpired(DateTimeOffset now) => ExpiresAt is { } at && at <= now.ToUnixTimeSeconds();

    /// <summary>The message with what is left of its lifetime.</summary>
    public MqttMessage AsOf(DateTimeOffset now) =>
        Message.Properties is null || ExpiresAt is null ? Message : Message with { Properties = Message.Properties with { ExpirySeconds = Remaining(now) } };

    /// <summary>The seconds that are left of its lifetime, which its receiver is told ([MQTT-3.3.2-6]); null for no end.</summary>
    public uint? Remaining(DateTimeOffset now) => ExpiresAt is { } at ? (uint)Math.Clamp(at - now.ToUnixTimeSeconds(), 0, uint.MaxValue) : null;
}
