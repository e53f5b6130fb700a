using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>The server said no to CONNECT.</summary>
public sealed class MqttConnectRefusedException : Exception
{
    /// <summary>A refusal that is not known further.</summary>
    public MqttConnectRefusedException()
    {
    }

    /// <summary>A refusal with a text.</summary>
    public MqttConnectRefusedException(string message) : base(message)
    {
    }

    /// <summary>A refusal with a cause.</summary>
    public MqttConnectRefusedException(string message, Exception inner) : base(message, inner)
    {
    }

    internal MqttConnectRefusedException(ConnAckPacket answer)
        : base($"The server refused the connection: {answer.Reason}{(answer.ReasonString is { } text ? $", \"{text}\"" : "")}.") =>
        Answer = new(answer);

    /// <summary>Why; before MQTT 5.0, what the return code stands for.</summary>
    public MqttReason Reason => Answer?.Reason ?? MqttReason.UnspecifiedError;

    /// <summary>The same as CONNACK's return code of MQTT 3.1.1 §3.2.2.3.</summary>
    public byte ReturnCode => ConnAckPacket.ReturnCodeOf(Reason);

    /// <summary>All that the server said, with its hint where to go instead; null where it is not known.</summary>
    public MqttServerAnswer? Answer { get; }
}

/// <summary>The server ended the connection and said why (DISCONNECT, MQTT 5.0 §3.14).</summary>
public sealed class MqttDisconnectedException : IOException
{
    /// <summary>An end that is not known further.</summary>
    public MqttDisconnectedException()
    {
    }

    /// <summary>An end with a text.</summary>
    public MqttDisconnectedException(string message) : base(message)
    {
    }

    /// <summary>An end with a cause.</summary>
    public MqttDisconnectedException(string message, Exception inner) : base(message, inner)
    {
    }

    internal MqttDisconnectedException(DisconnectPacket packet)
        : base($"The server ended the connection: {packet.Reason}{(packet.ReasonString is { } text ? $", \"{text}\"" : "")}.") =>
        (Reason, ServerReference, UserProperties) = (packet.Reason, packet.ServerReference, packet.UserProperties);

    /// <summary>Why.</summary>
    public MqttReason Reason { get; } = MqttReason.UnspecifiedError;

    /// <summary>Where to go instead, where the server says so.</summary>
    public string? ServerReference { get; }

    /// <summary>What else the server said.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; } = [];
}
