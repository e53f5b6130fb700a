using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>How a PUBLISH ended. A 3.1.1 server has no way to say no: there it is always success.</summary>
/// <param name="Reason">From 0x80 on the message was not taken.</param>
/// <param name="ReasonString">The server's own words; null for none.</param>
public readonly record struct MqttPublishResult(MqttReason Reason, string? ReasonString = null)
{
    /// <summary>True where the server took the message, or, for QoS 0, where it was written.</summary>
    public bool IsSuccess => Reason < MqttReason.UnspecifiedError;
}

/// <summary>One topic filter to subscribe to. All but filter and quality of service is of MQTT 5.0 (§3.8.3.1), and left out before.</summary>
/// <param name="Filter">The topic filter.</param>
/// <param name="QoS">The most that is wanted.</param>
public sealed record MqttSubscription(string Filter, MqttQoS QoS = MqttQoS.AtLeastOnce)
{
    /// <summary>True to leave out what this client publishes itself.</summary>
    public bool NoLocal { get; init; }

    /// <summary>True to get the retain flag as the publisher set it.</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>When the server sends retained messages.</summary>
    public MqttRetainHandling RetainHandling { get; init; }

    /// <summary>A number, 1 to 268435455, that comes back with each message (<see cref="MqttReceived.SubscriptionIds"/>); 0 for none.</summary>
    public uint Id { get; init; }

    internal SubscribeEntry Entry => new(Filter, QoS, NoLocal, RetainAsPublished, (byte)RetainHandling);
}

/// <summary>When a subscription brings retained messages (MQTT 5.0 §3.8.3.1).</summary>
public enum MqttRetainHandling : byte
{
    /// <summary>Each time that it is made.</summary>
    Always = 0,

    /// <summary>Where it is new.</summary>
    WhereNew = 1,

    /// <summary>Never.</summary>
    Never = 2,
}

/// <summary>The server's answer to a SUBSCRIBE or UNSUBSCRIBE.</summary>
/// <param name="Reasons">One for each filter, in order. Empty in UNSUBACK before MQTT 5.0.</param>
/// <param name="ReasonString">The server's own words; null for none.</param>
/// <param name="UserProperties">What else it said.</param>
public sealed record MqttSubscribeResult(IReadOnlyList<MqttReason> Reasons, string? ReasonString, IReadOnlyList<MqttUserProperty> UserProperties)
{
    /// <summary>True where none was refused.</summary>
    public bool IsSuccess => Reasons.All(r => r < MqttReason.UnspecifiedError);
}

/// <summary>A message that arrived.</summary>
/// <param name="Message">The message.</param>
/// <param name="SubscriptionIds">The identifiers of the subscriptions that it matched (MQTT 5.0 §3.3.2.3.8).</param>
/// <param name="IsDuplicate">The server may have sent it before.</param>
public sealed record MqttReceived(MqttMessage Message, IReadOnlyList<uint> SubscriptionIds, bool IsDuplicate);
