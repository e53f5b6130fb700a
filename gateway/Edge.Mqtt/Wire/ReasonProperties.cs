namespace Edge.Mqtt.Wire;

/// <summary>The property section that every acknowledgement has: why, and what else.</summary>
internal static class ReasonProperties
{
    /// <exception cref="MqttProtocolException">It breaks the protocol.</exception>
    public static (string? ReasonString, IReadOnlyList<MqttUserProperty>? UserProperties) Read(ref PacketReader reader)
    {
        string? text = null;
        List<MqttUserProperty>? users = null;
        var properties = new PropertyReader(ref reader, PropertySets.Ack);
        while (properties.MoveNext())
        {
            if (properties.Id == PropertyId.ReasonString) text = properties.ReadString();
            else properties.ReadUserProperty(ref users);
        }

        return (text, users);
    }

    public static PropertyWriter Of(string? reasonString, IReadOnlyList<MqttUserProperty>? users) =>
        new PropertyWriter().Text(PropertyId.ReasonString, reasonString).Users(users);
}
