namespace Edge.Mqtt.Wire;

/// <summary>The peer breaks the protocol, or a limit on what it may send: the connection ends.</summary>
public sealed class MqttProtocolException : Exception
{
    /// <summary>A violation without a text.</summary>
    public MqttProtocolException()
    {
    }

    /// <summary>A violation; the reason is <see cref="MqttReason.ProtocolError"/>.</summary>
    /// <param name="message">What was wrong, with the rule it breaks.</param>
    public MqttProtocolException(string message) : base(message)
    {
    }

    /// <summary>A violation found by another exception.</summary>
    public MqttProtocolException(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>A violation with the reason that an MQTT 5.0 peer is told in CONNACK or DISCONNECT (§4.13).</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="message">What was wrong, with the rule it breaks.</param>
    public MqttProtocolException(MqttReason reason, string message) : base(message) => Reason = reason;

    /// <summary>What an MQTT 5.0 peer is told.</summary>
    public MqttReason Reason { get; init; } = MqttReason.ProtocolError;

    /// <summary>True where a configured limit was passed, rather than a rule of the protocol broken.</summary>
    public bool IsLimit { get; init; }

    internal static MqttProtocolException Malformed(string message) => new(MqttReason.MalformedPacket, message);
}
