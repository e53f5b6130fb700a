namespace Edge.Mqtt.Wire;

/// <summary>Which reason code stands in which packet (MQTT 5.0 §2.4).</summary>
internal static class ReasonRules
{
    /// <summary>Checks a reason code as it came in.</summary>
    /// <exception cref="MqttProtocolException">The packet cannot have it.</exception>
    public static MqttReason Check(PacketType type, byte code, PacketSender sender = PacketSender.Client)
    {
        var reason = (MqttReason)code;
        return IsAllowed(type, reason, sender)
            ? reason
            : throw new MqttProtocolException($"{type} with reason code 0x{code:X2}, which it cannot have (MQTT 5.0 §2.4).");
    }

    /// <summary>May this side send this reason in this packet?</summary>
    public static bool IsAllowed(PacketType type, MqttReason reason, PacketSender sender = PacketSender.Client) => type switch
    {
        PacketType.ConnAck => reason is MqttReason.Success or (>= MqttReason.UnspecifiedError and <= MqttReason.Banned) or MqttReason.BadAuthenticationMethod
            or MqttReason.TopicNameInvalid or MqttReason.PacketTooLarge or MqttReason.QuotaExceeded
            or (>= MqttReason.PayloadFormatInvalid and <= MqttReason.ServerMoved) or MqttReason.ConnectionRateExceeded,
        PacketType.PubAck or PacketType.PubRec => reason is MqttReason.Success or MqttReason.NoMatchingSubscribers or MqttReason.UnspecifiedError
            or MqttReason.ImplementationSpecificError or MqttReason.NotAuthorized or MqttReason.TopicNameInvalid or MqttReason.PacketIdentifierInUse
            or MqttReason.QuotaExceeded or MqttReason.PayloadFormatInvalid,
        PacketType.PubRel or PacketType.PubComp => reason is MqttReason.Success or MqttReason.PacketIdentifierNotFound,
        PacketType.SubAck => reason is <= MqttReason.GrantedQoS2 or MqttReason.UnspecifiedError or MqttReason.ImplementationSpecificError
            or MqttReason.NotAuthorized or MqttReason.TopicFilterInvalid or MqttReason.PacketIdentifierInUse or MqttReason.QuotaExceeded
            or MqttReason.SharedSubscriptionsNotSupported or MqttReason.SubscriptionIdentifiersNotSupported or MqttReason.WildcardSubscriptionsNotSupported,
        PacketType.UnsubAck => reason is MqttReason.Success or MqttReason.NoSubscriptionExisted or MqttReason.UnspecifiedError
            or MqttReason.ImplementationSpecificError or MqttReason.NotAuthorized or MqttReason.TopicFilterInvalid or MqttReason.PacketIdentifierInUse,
        PacketType.Disconnect => IsDisconnect(reason) && (sender == PacketSender.Server ? reason != MqttReason.DisconnectWithWill : IsOfBothSides(reason)),
        PacketType.Auth => reason is MqttReason.ContinueAuthentication
            || reason == (sender == PacketSender.Server ? MqttReason.Success : MqttReason.ReAuthenticate),
        _ => false,
    };

    private static bool IsDisconnect(MqttReason reason) => reason is MqttReason.Success or MqttReason.DisconnectWithWill
        or (>= MqttReason.UnspecifiedError and <= MqttReason.ImplementationSpecificError) or MqttReason.NotAuthorized or MqttReason.ServerBusy
        or (>= MqttReason.ServerShuttingDown and <= MqttReason.TopicNameInvalid)
        or (>= MqttReason.ReceiveMaximumExceeded and <= MqttReason.WildcardSubscriptionsNotSupported);

    // Of those of DISCONNECT, what a client may say too (§3.14.2.1).
    private static bool IsOfBothSides(MqttReason reason) => reason is MqttReason.Success or MqttReason.DisconnectWithWill
        or (>= MqttReason.UnspecifiedError and <= MqttReason.ImplementationSpecificError) or MqttReason.TopicNameInvalid
        or (>= MqttReason.ReceiveMaximumExceeded and <= MqttReason.PayloadFormatInvalid);
}
