using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Sessions;

/// <summary>A message of QoS 1 or 2 on its way to one session.</summary>
internal sealed class QueuedMessage(PublishFrame frame, MqttQoS qos, bool retain, ushort packetId, long sequence)
{
    public PublishFrame Frame { get; } = frame;

    public MqttQoS QoS { get; } = qos;

    public bool Retain { get; } = retain;

    /// <summary>Chosen when it is queued, not when it is sent: so the stored message has it, and a repetition after a power cut carries the same
    /// one ([MQTT-4.4.0-1]).</summary>
    public ushort PacketId { get; } = packetId;

    /// <summary>Its place in the session's order.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>Not to be sent before it is stored, where the session outlives its connection.</summary>
    public bool IsReady { get; set; }

    /// <summary>Sent at least once: repeated with DUP ([MQTT-3.3.1-1]).</summary>
    public bool WasSent { get; set; }

    /// <summary>PUBREC has come (QoS 2): PUBREL is repeated, never PUBLISH ([MQTT-4.3.3-1]).</summary>
    public bool IsReleased { get; set; }
}
