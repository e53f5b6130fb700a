using Edge.Mqtt.Topics;

namespace Edge.Mqtt.Sessions;

/// <summary>How one session is to get a message.</summary>
/// <param name="QoS">1 or 2.</param>
/// <param name="Retain">The retain flag to send.</param>
/// <param name="Ids">The identifiers of the subscriptions that it matched; null for none.</param>
/// <param name="Group">The shared subscription that chose the session; null for none. Another member gets the message where this session ends first.</param>
internal readonly record struct DeliveryOptions(MqttQoS QoS, bool Retain, uint[]? Ids = null, SharedGroup<Session>? Group = null);

/// <summary>A message of QoS 1 or 2 on its way to one session.</summary>
internal sealed class QueuedMessage(PublishFrame frame, DeliveryOptions options, ushort packetId, long sequence)
{
    public PublishFrame Frame { get; } = frame;

    public DeliveryOptions Options { get; } = options;

    public MqttQoS QoS => Options.QoS;

    public int Bytes => Frame.Bytes;

    /// <summary>Chosen when it is queued, not when it is sent: so the stored message has it, and a repetition after a power cut carries the same
    /// one ([MQTT-4.4.0-1]).</summary>
    public ushort PacketId { get; } = packetId;

    /// <summary>Its place in the session's order.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>When it was queued, where the session has limits of its own; seconds since 1970.</summary>
    public long QueuedAt { get; set; }

    /// <summary>Not to be sent before it is stored, where the session outlives its connection.</summary>
    public bool IsReady { get; set; }

    /// <summary>Sent at least once: repeated with DUP ([MQTT-3.3.1-1]).</summary>
    public bool WasSent { get; set; }

    /// <summary>Sent by this process, and so not to be dropped where its lifetime ends ([MQTT-3.3.2-5]). What a restart found may never have been sent.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>PUBREC has come (QoS 2): PUBREL is repeated, never PUBLISH ([MQTT-4.3.3-1]).</summary>
    public bool IsReleased { get; set; }

    /// <summary>That PUBREC has come is not stored yet: neither PUBREL nor PUBLISH is sent before it is, or cannot be.</summary>
    public bool IsReleasing { get; set; }
}
