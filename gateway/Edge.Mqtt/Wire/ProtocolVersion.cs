namespace Edge.Mqtt.Wire;

/// <summary>The protocol levels (MQTT 3.1.1 §3.1.2.2, MQTT 5.0 §3.1.2.2).</summary>
public enum ProtocolVersion : byte
{
    /// <summary>MQTT 3.1, whose protocol name is MQIsdp.</summary>
    V31 = 3,

    /// <summary>MQTT 3.1.1.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0.</summary>
    V5 = 5,
}

/// <summary>The control packet types (MQTT 5.0 §2.1.2).</summary>
internal enum PacketType : byte
{
    Connect = 1,
    ConnAck = 2,
    Publish = 3,
    PubAck = 4,
    PubRec = 5,
    PubRel = 6,
    PubComp = 7,
    Subscribe = 8,
    SubAck = 9,
    Unsubscribe = 10,
    UnsubAck = 11,
    PingReq = 12,
    PingResp = 13,
    Disconnect = 14,

    /// <summary>Only MQTT 5.0.</summary>
    Auth = 15,
}

/// <summary>Who has sent a packet: some of what one side may say is forbidden to the other.</summary>
internal enum PacketSender : byte
{
    Client,
    Server,
}
