namespace Edge.Mqtt.Sessions.Log;

/// <summary>What a start finds in the log, by session number.</summary>
internal sealed record LogState(IReadOnlyDictionary<long, LoggedSession> Sessions)
{
    public static LogState Empty { get; } = new(new Dictionary<long, LoggedSession>());

    /// <summary>The highest session number that the log knows; 0 where it knows none.</summary>
    public long LastSession => Sessions.Keys.DefaultIfEmpty().Max();
}

/// <summary>What is logged of one session.</summary>
/// <param name="Queued">Its messages, in the order of their sequence.</param>
/// <param name="Incoming">Identifiers of QoS 2 messages that it sent and has not released.</param>
internal sealed record LoggedSession(IReadOnlyList<LoggedDelivery> Queued, IReadOnlyList<ushort> Incoming);

/// <summary>A message for one session.</summary>
/// <param name="Message">The message; the same instance for all sessions that it is queued for.</param>
/// <param name="Sequence">Its place in the session's order.</param>
/// <param name="PacketId">The identifier it was, or will be, sent with.</param>
/// <param name="QoS">The quality of service of this delivery.</param>
/// <param name="Retain">The retain flag of this delivery.</param>
/// <param name="IsReleased">PUBREC has come (QoS 2).</param>
/// <param name="SubscriptionIds">Identifiers of the subscriptions that it matched.</param>
internal sealed record LoggedDelivery(
    LoggedMessage Message, long Sequence, ushort PacketId, MqttQoS QoS, bool Retain, bool IsReleased, IReadOnlyList<uint> SubscriptionIds);

/// <summary>A message as it was published.</summary>
/// <param name="Id">Its number in the log, for <see cref="LogGroup.AddQueued"/> where it is to be queued for a further session.</param>
/// <param name="Topic">UTF-8, without length.</param>
/// <param name="Properties">Encoded MQTT 5 properties, as they were given.</param>
/// <param name="Payload">Its bytes.</param>
/// <param name="QoS">The quality of service that it was published with.</param>
/// <param name="Retain">The retain flag that it was published with.</param>
/// <param name="ExpiresAtUnixSeconds">When it ends; 0 for never.</param>
/// <param name="PublishedAt">When it was logged, to the millisecond.</param>
internal sealed record LoggedMessage(
    long Id, ReadOnlyMemory<byte> Topic, ReadOnlyMemory<byte> Properties, ReadOnlyMemory<byte> Payload, MqttQoS QoS, bool Retain,
    long ExpiresAtUnixSeconds, DateTimeOffset PublishedAt);
