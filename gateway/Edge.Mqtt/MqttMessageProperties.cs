namespace Edge.Mqtt;

/// <summary>A name and a value that mean something to the applications only (MQTT 5.0 §2.2.2.2). A name may come more than once; the order is kept.</summary>
/// <param name="Name">0 to 65535 bytes of UTF-8.</param>
/// <param name="Value">0 to 65535 bytes of UTF-8.</param>
public readonly record struct MqttUserProperty(string Name, string Value);

/// <summary>What MQTT 5.0 lets a publisher say about its message, and the broker passes on unaltered (§3.3.2.3). Older clients never see it.</summary>
public sealed record MqttMessageProperties
{
    /// <summary>True where the publisher says that the payload is UTF-8 text (payload format indicator 1).</summary>
    public bool IsText { get; init; }

    /// <summary>The seconds after which the message is of no use any more; null: it keeps (§3.3.2.3.3).</summary>
    public uint? ExpirySeconds { get; init; }

    /// <summary>What the payload is, usually a MIME type; null for nothing said.</summary>
    public string? ContentType { get; init; }

    /// <summary>Where an answer is to be published, without wildcards; null where this is no request (§4.10).</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What an answer has to repeat, so that the asker knows its request; null for nothing.</summary>
    public ReadOnlyMemory<byte>? CorrelationData { get; init; }

    /// <summary>The user properties, in the publisher's order.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];
}
