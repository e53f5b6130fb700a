namespace Edge.Mqtt;

/// <summary>The reason codes of MQTT 5.0 §2.4, for every packet that carries one. From 0x80 on, it is a failure.</summary>
public enum MqttReason : byte
{
    /// <summary>It went well. In DISCONNECT: a normal end; in SUBACK: QoS 0 is granted.</summary>
    Success = 0x00,

    /// <summary>SUBACK: at most QoS 1 is granted.</summary>
    GrantedQoS1 = 0x01,

    /// <summary>SUBACK: at most QoS 2 is granted.</summary>
    GrantedQoS2 = 0x02,

    /// <summary>DISCONNECT: the client goes, and wants its will published all the same.</summary>
    DisconnectWithWill = 0x04,

    /// <summary>PUBACK, PUBREC: the message is accepted, and nobody subscribes to it.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>UNSUBACK: there was no such subscription.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>AUTH: the next step of the authentication.</summary>
    ContinueAuthentication = 0x18,

    /// <summary>AUTH: a client begins to authenticate anew.</summary>
    ReAuthenticate = 0x19,

    /// <summary>A failure whose cause the sender does not tell, or has no code for.</summary>
    UnspecifiedError = 0x80,

    /// <summary>Bytes that cannot be parsed as the packet that they claim to be.</summary>
    MalformedPacket = 0x81,

    /// <summary>An unexpected packet, or a value that the protocol does not allow.</summary>
    ProtocolError = 0x82,

    /// <summary>Valid, and not accepted by this implementation.</summary>
    ImplementationSpecificError = 0x83,

    /// <summary>CONNACK: not a version that the server speaks.</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>CONNACK: a client identifier that the server does not accept.</summary>
    ClientIdentifierNotValid = 0x85,

    /// <summary>CONNACK: a user name or password that the server does not accept.</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>The client may not do this.</summary>
    NotAuthorized = 0x87,

    /// <summary>CONNACK: the server is not there for clients now.</summary>
    ServerUnavailable = 0x88,

    /// <summary>The server has too much to do; later may be better.</summary>
    ServerBusy = 0x89,

    /// <summary>CONNACK: an operator has banned the client.</summary>
    Banned = 0x8A,

    /// <summary>DISCONNECT: the server stops.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>An authentication method that is not supported, or not the one in use.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>DISCONNECT: nothing came for one and a half times the keep-alive.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>DISCONNECT: another connection uses the client identifier now.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>A well-formed topic filter that the server does not accept.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>A well-formed topic that the receiver does not accept.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>The packet identifier is in use already.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>PUBREL, PUBCOMP: the packet identifier is not known.</summary>
    PacketIdentifierNotFound = 0x92,

    /// <summary>DISCONNECT: more unacknowledged messages than the receiver said it takes.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>DISCONNECT: a topic alias of 0, beyond the maximum, or never set.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>A packet beyond the receiver's maximum packet size.</summary>
    PacketTooLarge = 0x95,

    /// <summary>DISCONNECT: too many messages in too short a time.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>A quota of the receiver is used up.</summary>
    QuotaExceeded = 0x97,

    /// <summary>DISCONNECT: an operator has ended the connection.</summary>
    AdministrativeAction = 0x98,

    /// <summary>A payload that is not what its format indicator says.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>The server keeps no messages.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>A quality of service beyond the server's maximum.</summary>
    QoSNotSupported = 0x9B,

    /// <summary>For now, another server is the one to use.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>For good, another server is the one to use.</summary>
    ServerMoved = 0x9D,

    /// <summary>The server has no shared subscriptions.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Connections come faster than the server allows.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>DISCONNECT: the longest time that the server grants a connection is over.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>The server has no subscription identifiers.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>The server has no wildcards in subscriptions.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
