namespace Edge.Mqtt.Wire;

/// <summary>One line of a SUBSCRIBE. All but the quality of service is of MQTT 5.0 (§3.8.3.1).</summary>
/// <param name="Filter">The topic filter; whether it is a valid one is not looked at here.</param>
/// <param name="QoS">The most that the client wants.</param>
/// <param name="NoLocal">Not what this client publishes itself.</param>
/// <param name="RetainAsPublished">Keep the retain flag of messages that arrive later.</param>
/// <param name="RetainHandling">Retained messages: 0 send them, 1 only to a new subscription, 2 do not.</param>
internal readonly record struct SubscribeEntry(string Filter, MqttQoS QoS, bool NoLocal = false, bool RetainAsPublished = false, byte RetainHandling = 0)
{
    private const byte NoLocalFlag = 0x04;
    private const byte RetainAsPublishedFlag = 0x08;
    private const int RetainHandlingShift = 4;
    private const byte ReservedFlags = 0xC0;

    private byte Options =>
        (byte)((byte)QoS | (NoLocal ? NoLocalFlag : 0) | (RetainAsPublished ? RetainAsPublishedFlag : 0) | RetainHandling << RetainHandlingShift);

    public static SubscribeEntry Read(ref PacketReader reader, ProtocolVersion version)
    {
        var filter = reader.ReadString("topic filter");
        var options = reader.ReadByte("requested QoS");
        return version == ProtocolVersion.V5 ? Parse(filter, options)
            : options <= 2 ? new(filter, (MqttQoS)options)
            : throw MqttProtocolException.Malformed($"SUBSCRIBE with QoS {options} ([MQTT-3-8.3-4]).");
    }

    public void Write(PacketWriter writer, ProtocolVersion version) => writer.Text(Filter).Byte(version == ProtocolVersion.V5 ? Options : (byte)QoS);

    private static SubscribeEntry Parse(string filter, byte options)
    {
        if ((options & ReservedFlags) != 0) throw MqttProtocolException.Malformed("SUBSCRIBE with reserved options set ([MQTT-3.8.3-5]).");
        if ((options & 3) == 3) throw new MqttProtocolException("SUBSCRIBE with QoS 3 (MQTT 5.0 §3.8.3.1).");

        var handling = (byte)(options >> RetainHandlingShift);
        if (handling == 3) throw new MqttProtocolException("SUBSCRIBE with retain handling 3 (MQTT 5.0 §3.8.3.1).");

        var noLocal = (options & NoLocalFlag) != 0;
        if (noLocal && filter.StartsWith("$share/", StringComparison.Ordinal))
            throw new MqttProtocolException("A shared subscription without one's own messages ([MQTT-3.8.3-4]).");

        return new(filter, (MqttQoS)(options & 3), noLocal, (options & RetainAsPublishedFlag) != 0, handling);
    }
}

/// <summary>SUBSCRIBE (MQTT 5.0 §3.8).</summary>
internal sealed record SubscribePacket(ushort PacketId, IReadOnlyList<SubscribeEntry> Entries)
{
    /// <summary>What every message of these subscriptions is to carry; 0 for none.</summary>
    public uint SubscriptionId { get; init; }

    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Reads SUBSCRIBE's body; more than <paramref name="maxEntries"/> entries are refused while reading.</summary>
    /// <exception cref="MqttProtocolException">It breaks the protocol or the limit.</exception>
    public static SubscribePacket Read(PacketFrame frame, ProtocolVersion version, int maxEntries)
    {
        frame.CheckDuplicate(version);
        var reader = new PacketReader(frame);
        var id = reader.ReadPacketId();
        var subscription = 0u;
        List<MqttUserProperty>? users = null;
        if (version == ProtocolVersion.V5) ReadProperties(ref reader, ref subscription, ref users);

        var entries = new List<SubscribeEntry>(1);
        while (reader.Remaining > 0)
        {
            if (entries.Count == maxEntries) throw FilterLimit.Passed(PacketType.Subscribe, maxEntries);
            entries.Add(SubscribeEntry.Read(ref reader, version));
        }

        if (entries.Count == 0) throw new MqttProtocolException("SUBSCRIBE without a topic filter ([MQTT-3.8.3-3]).");
        return new(id, entries) { SubscriptionId = subscription, UserProperties = users ?? [] };
    }

    /// <summary>The whole packet as bytes.</summary>
    public byte[] ToBytes(ProtocolVersion version)
    {
        var properties = new PropertyWriter().SubscriptionId(SubscriptionId).Users(UserProperties);
        var writer = new PacketWriter().UInt16(PacketId).Properties(properties, version);
        foreach (var entry in Entries) entry.Write(writer, version);
        return writer.ToPacket(PacketType.Subscribe, 0b0010);
    }

    private static void ReadProperties(ref PacketReader reader, ref uint subscription, ref List<MqttUserProperty>? users)
    {
        var properties = new PropertyReader(ref reader, PropertySets.Subscribe);
        while (properties.MoveNext())
        {
            if (properties.Id == PropertyId.SubscriptionId) subscription = properties.ReadSubscriptionId();
            else properties.ReadUserProperty(ref users);
        }
    }
}

/// <summary>The limit that SUBSCRIBE and UNSUBSCRIBE share.</summary>
internal static class FilterLimit
{
    public static MqttProtocolException Passed(PacketType type, int max) =>
        new(MqttReason.QuotaExceeded, $"{type} with more than mqtt:maxFiltersPerPacket ({max}) filters.") { IsLimit = true };
}
