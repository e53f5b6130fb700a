using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>What the server said in CONNACK (MQTT 5.0 §3.2). A 3.1.1 server says only whether it still had the session; the rest is what MQTT takes for
/// granted then.</summary>
public sealed class MqttServerAnswer
{
    private readonly ConnAckPacket _packet;

    internal MqttServerAnswer(ConnAckPacket packet) => _packet = packet;

    /// <summary>How the server decided.</summary>
    public MqttReason Reason => _packet.Reason;

    /// <summary>The server's own words; null for none.</summary>
    public string? ReasonString => _packet.ReasonString;

    /// <summary>True where it still had the session of before.</summary>
    public bool SessionPresent => _packet.SessionPresent;

    /// <summary>The client identifier that it made; null where the client brought one.</summary>
    public string? AssignedClientId => _packet.AssignedClientId;

    /// <summary>The seconds that it keeps the session; null where the client's wish holds.</summary>
    public uint? SessionExpirySeconds => _packet.SessionExpirySeconds;

    /// <summary>The keep-alive to use, in seconds; null where the client's own holds.</summary>
    public ushort? KeepAliveSeconds => _packet.ServerKeepAlive;

    /// <summary>How many messages of QoS 1 and 2 it takes before it has acknowledged one.</summary>
    public ushort ReceiveMaximum => _packet.ReceiveMaximum;

    /// <summary>The longest packet that it takes, in bytes; 0 for no limit.</summary>
    public uint MaximumPacketSize => _packet.MaximumPacketSize;

    /// <summary>How many topic aliases it takes.</summary>
    public ushort TopicAliasMaximum => _packet.TopicAliasMaximum;

    /// <summary>The highest quality of service that it takes.</summary>
    public MqttQoS MaximumQoS => _packet.MaximumQoS;

    /// <summary>Does it keep retained messages?</summary>
    public bool RetainAvailable => _packet.RetainAvailable;

    /// <summary>Does it take subscriptions with wildcards?</summary>
    public bool WildcardSubscriptionsAvailable => _packet.WildcardSubscriptionsAvailable;

    /// <summary>Does it take subscription identifiers?</summary>
    public bool SubscriptionIdsAvailable => _packet.SubscriptionIdsAvailable;

    /// <summary>Does it take shared subscriptions?</summary>
    public bool SharedSubscriptionsAvailable => _packet.SharedSubscriptionsAvailable;

    /// <summary>The beginning of response topics that this client may use; null where it was not asked or does not say.</summary>
    public string? ResponseInformation => _packet.ResponseInformation;

    /// <summary>Another server to use; null for none.</summary>
    public string? ServerReference => _packet.ServerReference;

    /// <summary>What else it said.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties => _packet.UserProperties;
}
