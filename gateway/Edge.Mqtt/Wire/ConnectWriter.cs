namespace Edge.Mqtt.Wire;

/// <summary>Writes CONNECT.</summary>
internal static class ConnectWriter
{
    public static byte[] ToBytes(ConnectPacket packet)
    {
        var writer = new PacketWriter()
            .Text(packet.Version == ProtocolVersion.V31 ? "MQIsdp" : "MQTT")
            .Byte(packet.Level)
            .Byte(ConnectFlags.Of(packet))
            .UInt16(packet.KeepAlive)
            .Properties(PropertiesOf(packet), packet.Version)
            .Text(packet.ClientId);
        if (packet.Will is { } will)
        {
            writer.Properties(WillPropertiesOf(packet, will), packet.Version).Text(will.Topic).Binary(will.Payload.Span);
        }

        if (packet.UserName is { } user) writer.Text(user);
        if (packet.PasswordBytes is { } password) writer.Binary(password.Span);
        return writer.ToPacket(PacketType.Connect);
    }

    private static PropertyWriter PropertiesOf(ConnectPacket packet) => new PropertyWriter()
        .UInt32(PropertyId.SessionExpiry, packet.SessionExpirySeconds, absent: 0)
        .UInt16(PropertyId.ReceiveMaximum, packet.ReceiveMaximum, absent: ushort.MaxValue)
        .UInt32(PropertyId.MaximumPacketSize, packet.MaximumPacketSize, absent: 0)
        .UInt16(PropertyId.TopicAliasMaximum, packet.TopicAliasMaximum, absent: 0)
        .Flag(PropertyId.RequestResponseInformation, packet.RequestResponseInformation, absent: false)
        .Flag(PropertyId.RequestProblemInformation, packet.RequestProblemInformation, absent: true)
        .Text(PropertyId.AuthenticationMethod, packet.AuthenticationMethod)
        .Binary(PropertyId.AuthenticationData, packet.AuthenticationData)
        .Users(packet.UserProperties);

    private static PropertyWriter WillPropertiesOf(ConnectPacket packet, MqttMessage will)
    {
        var properties = new PropertyWriter().UInt32(PropertyId.WillDelay, packet.WillDelaySeconds, absent: 0);
        return will.Properties is { } message ? properties.UInt32(PropertyId.MessageExpiry, message.ExpirySeconds).Message(message) : properties;
    }
}
