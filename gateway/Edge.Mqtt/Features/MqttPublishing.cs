using System.Text;

using Edge.Mqtt.Sessions;
using Edge.Mqtt.Wire;


namespace Edge.Mqtt.Features;

/// <summary>A PUBLISH on its way through the features. A session uses one again and again: a feature takes <see cref="Message"/> where it wants to keep
/// something, never this.</summary>
public sealed class MqttPublishing
{
    private MqttMessage? _message;
    private TopicEntry? _entry;
    private PublishPacket _packet;
    private ReadOnlyMemory<byte> _topic;
    private ReadOnlyMemory<byte> _properties;
    private PublishFrame? _frame;

    /// <summary>A message of the gateway's own, or of a session's that is there as a whole.</summary>
    public MqttPublishing(IMqttSession? session, MqttMessage message)
    {
        Session = session;
        Message = message;
    }

    internal MqttPublishing(IMqttSession session) => Session = session;

    /// <summary>Who publishes; null for the gateway itself.</summary>
    public IMqttSession? Session { get; }

    /// <summary>Where it is published.</summary>
    public string Topic => _entry?.Topic ?? _message!.Topic;

    /// <summary>The bytes of its payload.</summary>
    public int PayloadBytes => _message?.Payload.Length ?? _packet.Payload.Length;

    /// <summary>The quality of service that it is published with.</summary>
    public MqttQoS QoS => _message?.QoS ?? _packet.QoS;

    /// <summary>True where it is to be kept for later subscribers.</summary>
    public bool Retain => _message?.Retain ?? _packet.Retain;

    /// <summary>The message, made at the first look: most messages go through without one. A feature may replace it for those behind.</summary>
    public MqttMessage Message
    {
        get => _message ??= new(Topic, _packet.Payload.ToArray(), _packet.QoS, _packet.Retain) { Properties = _packet.ReadProperties() };
        set => (_message, _entry, _topic, _properties, _frame) = (value, null, Encoding.UTF8.GetBytes(value.Topic), PublishWriter.EncodeProperties(value.Properties), null);
    }

    /// <summary>Why it is refused, with the remedy; null where it is not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The reason of the refusal, for MQTT 5.</summary>
    public MqttReason RefusalReason { get; private set; }

    /// <summary>True where a feature has dealt with it: it is neither kept nor passed on to subscribers.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>The topic's entry with the publisher; null where the message was replaced.</summary>
    internal TopicEntry? Entry => _entry;

    /// <summary>The seconds of its lifetime; null for no end.</summary>
    internal uint? ExpirySeconds => _message is { } message ? message.Properties?.ExpirySeconds : _packet.ExpirySeconds;

    /// <summary>What every receiver gets alike.</summary>
    internal PublishContent Content => new(_topic.Span, _properties.Span, _message is { } message ? message.Payload.Span : _packet.Payload.Span);

    /// <summary>Drops the message; later features do not run. Clients of MQTT 5 hear <paramref name="reason"/> in PUBACK or PUBREC. MQTT 3.1.1 has no
    /// negative acknowledgement: it is acknowledged as usual (§3.3.5), logged and counted, and the client is disconnected where
    /// <c>mqtt:disconnectOnRefusedPublish</c> says so.</summary>
    public void Refuse(string detail, MqttReason reason = MqttReason.NotAuthorized)
    {
        if (Refusal is null) (Refusal, RefusalReason) = (detail, reason);
    }

    /// <summary>Says that the message has arrived where it belongs; later features do not run.</summary>
    public void Take() => IsTaken = true;

    /// <summary>What the queues of all its receivers share.</summary>
    internal PublishFrame Frame(DateTimeOffset now) => _frame ??= new(Message, _topic, now);

    /// <summary>Begins anew with the next packet, whose memory it uses until it is done with.</summary>
    internal void Begin(TopicEntry entry, in PublishPacket packet)
    {
        (_entry, _packet, _topic) = (entry, packet, entry.Utf8);
        _properties = packet.Properties.IsEmpty ? default : packet.SharedProperties();
        (_message, _frame, Refusal, IsTaken) = (null, null, null, false);
    }
}
