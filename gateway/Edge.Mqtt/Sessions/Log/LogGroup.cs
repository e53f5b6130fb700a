using Edge.Storage.Log;

namespace Edge.Mqtt.Sessions.Log;

/// <summary>Records that become durable together or not at all. Rented from the log, filled, posted once, and not touched after that.</summary>
internal sealed class LogGroup(MessageNumbers numbers) : LogEntry
{
    // The flags byte of messages and deliveries.
    internal const byte QoSMask = 0x03;
    internal const byte RetainFlag = 0x04;

    private const int MaxPairLength = 1 + (2 * Varint.MaxLength);

    /// <summary>Adds a message, once for all sessions; the result is for <see cref="AddQueued"/>.</summary>
    /// <param name="message">Payload, QoS and retain flag are taken.</param>
    /// <param name="topicUtf8">Its topic, without length.</param>
    /// <param name="properties">Encoded MQTT 5 properties, kept as they are.</param>
    /// <param name="expiresAtUnixSeconds">When it ends; 0 for never.</param>
    public long AddMessage(MqttMessage message, ReadOnlySpan<byte> topicUtf8, ReadOnlySpan<byte> properties, long expiresAtUnixSeconds)
    {
        var id = numbers.Next();
        var payload = message.Payload.Span;
        var to = Reserve(2 + (6 * Varint.MaxLength) + topicUtf8.Length + properties.Length + payload.Length);
        to[0] = (byte)RecordType.Message;
        var at = 1 + Varint.Write(to[1..], (ulong)id);
        to[at++] = Flags(message.QoS, message.Retain);
        at += Varint.Write(to[at..], (ulong)expiresAtUnixSeconds);
        at += Varint.Write(to[at..], (ulong)numbers.UnixMilliseconds());
        at += Varint.Write(to[at..], (ulong)topicUtf8.Length);
        at += Varint.Write(to[at..], (ulong)properties.Length);
        at += Varint.Write(to[at..], (ulong)payload.Length);
        topicUtf8.CopyTo(to[at..]);
        properties.CopyTo(to[(at += topicUtf8.Length)..]);
        payload.CopyTo(to[(at += properties.Length)..]);
        Advance(at + payload.Length);
        Grows = true;
        return id;
    }

    /// <summary>Queues a message of this group, or one that is queued for another session already, for a session.</summary>
    public void AddQueued(
        long messageId, long session, long sequence, ushort packetId, MqttQoS qos, bool retain, ReadOnlySpan<uint> subscriptionIds)
    {
        var to = Reserve(2 + ((5 + subscriptionIds.Length) * Varint.MaxLength));
        to[0] = (byte)RecordType.Queued;
        var at = 1 + Varint.Write(to[1..], (ulong)session);
        at += Varint.Write(to[at..], (ulong)sequence);
        at += Varint.Write(to[at..], (ulong)messageId);
        at += Varint.Write(to[at..], packetId);
        to[at++] = Flags(qos, retain);
        at += Varint.Write(to[at..], (ulong)subscriptionIds.Length);
        foreach (var id in subscriptionIds) at += Varint.Write(to[at..], id);
        Advance(at);
        Grows = true;
    }

    /// <summary>The message with this sequence has arrived (PUBACK, PUBCOMP), or is dropped.</summary>
    public void AddDone(long session, long sequence) => AddPair(RecordType.Done, session, sequence);

    /// <summary>The client has the message with this sequence (PUBREC).</summary>
    public void AddReleased(long session, long sequence) => AddPair(RecordType.Released, session, sequence);

    /// <summary>The session sent a QoS 2 message under this identifier.</summary>
    public void AddIncoming(long session, ushort packetId)
    {
        AddPair(RecordType.Incoming, session, packetId);
        Grows = true;
    }

    /// <summary>The session released the identifier (PUBREL).</summary>
    public void AddIncomingDone(long session, ushort packetId) => AddPair(RecordType.IncomingDone, session, packetId);

    /// <summary>All that is logged of the session is void.</summary>
    public void AddSessionDropped(long session)
    {
        var to = Reserve(1 + Varint.MaxLength);
        to[0] = (byte)RecordType.SessionDropped;
        Advance(1 + Varint.Write(to[1..], (ulong)session));
    }

    private void AddPair(RecordType type, long session, long item)
    {
        var to = Reserve(MaxPairLength);
        to[0] = (byte)type;
        var at = 1 + Varint.Write(to[1..], (ulong)session);
        Advance(at + Varint.Write(to[at..], (ulong)item));
    }

    private static byte Flags(MqttQoS qos, bool retain) => (byte)((byte)qos | (retain ? RetainFlag : 0));
}
