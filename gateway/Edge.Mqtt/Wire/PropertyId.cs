namespace Edge.Mqtt.Wire;

/// <summary>The properties of MQTT 5.0 (§2.2.2.2).</summary>
internal enum PropertyId : byte
{
    PayloadFormat = 0x01,
    MessageExpiry = 0x02,
    ContentType = 0x03,
    ResponseTopic = 0x08,
    CorrelationData = 0x09,
    SubscriptionId = 0x0B,
    SessionExpiry = 0x11,
    AssignedClientId = 0x12,
    ServerKeepAlive = 0x13,
    AuthenticationMethod = 0x15,
    AuthenticationData = 0x16,
    RequestProblemInformation = 0x17,
    WillDelay = 0x18,
    RequestResponseInformation = 0x19,
    ResponseInformation = 0x1A,
    ServerReference = 0x1C,
    ReasonString = 0x1F,
    ReceiveMaximum = 0x21,
    TopicAliasMaximum = 0x22,
    TopicAlias = 0x23,
    MaximumQoS = 0x24,
    RetainAvailable = 0x25,
    UserProperty = 0x26,
    MaximumPacketSize = 0x27,
    WildcardAvailable = 0x28,
    SubscriptionIdAvailable = 0x29,
    SharedAvailable = 0x2A,
}

/// <summary>Which properties stand where (MQTT 5.0 §2.2.2.2, table 2-4): a bit per identifier.</summary>
internal static class PropertySets
{
    public const ulong Message = 1ul << (int)PropertyId.PayloadFormat | 1ul << (int)PropertyId.MessageExpiry | 1ul << (int)PropertyId.ContentType
        | 1ul << (int)PropertyId.ResponseTopic | 1ul << (int)PropertyId.CorrelationData | 1ul << (int)PropertyId.UserProperty;

    public const ulong Will = Message | 1ul << (int)PropertyId.WillDelay;

    public const ulong PublishOfClient = Message | 1ul << (int)PropertyId.TopicAlias;

    public const ulong PublishOfServer = PublishOfClient | 1ul << (int)PropertyId.SubscriptionId;

    /// <summary>PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK.</summary>
    public const ulong Ack = 1ul << (int)PropertyId.ReasonString | 1ul << (int)PropertyId.UserProperty;

    public const ulong Subscribe = 1ul << (int)PropertyId.SubscriptionId | 1ul << (int)PropertyId.UserProperty;

    public const ulong Unsubscribe = 1ul << (int)PropertyId.UserProperty;

    public const ulong Auth = Ack | 1ul << (int)PropertyId.AuthenticationMethod | 1ul << (int)PropertyId.AuthenticationData;

    public const ulong DisconnectOfClient = Ack | 1ul << (int)PropertyId.SessionExpiry;

    public const ulong DisconnectOfServer = Ack | 1ul << (int)PropertyId.ServerReference;

    public const ulong Connect = 1ul << (int)PropertyId.SessionExpiry | 1ul << (int)PropertyId.ReceiveMaximum | 1ul << (int)PropertyId.MaximumPacketSize
        | 1ul << (int)PropertyId.TopicAliasMaximum | 1ul << (int)PropertyId.RequestResponseInformation | 1ul << (int)PropertyId.RequestProblemInformation
        | 1ul << (int)PropertyId.UserProperty | 1ul << (int)PropertyId.AuthenticationMethod | 1ul << (int)PropertyId.AuthenticationData;

    public const ulong ConnAck = Auth | 1ul << (int)PropertyId.SessionExpiry | 1ul << (int)PropertyId.AssignedClientId | 1ul << (int)PropertyId.ServerKeepAlive
        | 1ul << (int)PropertyId.ResponseInformation | 1ul << (int)PropertyId.ServerReference | 1ul << (int)PropertyId.ReceiveMaximum
        | 1ul << (int)PropertyId.TopicAliasMaximum | 1ul << (int)PropertyId.MaximumQoS | 1ul << (int)PropertyId.RetainAvailable
        | 1ul << (int)PropertyId.MaximumPacketSize | 1ul << (int)PropertyId.WildcardAvailable | 1ul << (int)PropertyId.SubscriptionIdAvailable
        | 1ul << (int)PropertyId.SharedAvailable;
}
