namespace Edge.Mqtt.Wire;

/// <summary>The peer breaks the protocol, or a limit on what it may send: the connection ends.</summary>
public sealed class MqttProtocolException : Exception
{
    /// <summary>A violation without a text.</summary>
    public MqttProtocolException()
    {
    }

    /// <summary>A violation.</summary>
    /// <param name="message">What was wrong, with the rule it breaks.</param>
    public MqttProtocolException(string message) : base(message)
    {
    }

    /// <summary>A violation found by another exception.</summary>
    public MqttProtocolException(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>True where a configured limit was passed, rather than a rule of the protocol broken.</summary>
    public bool IsLimit { get; init; }
}
