using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>What a message is called on the other side; null where it is not for the other side.</summary>
internal delegate MqttMessage? RelayRule(in PublishPacket packet, string topic);

/// <summary>
/// One of the two connections of a bridge. A message goes to the other connection under the packet identifier that it came with, and so do the answers on
/// their way back: the two brokers shake hands with each other, and their sessions are the only ones that have to remember anything. What was not acknowledged by the
/// end of a connection is sent again by the broker that has it, and known to the other by its identifier: QoS 2 stays exactly once, through power cuts on
/// either side.
/// </summary>
internal sealed class RelayEnd(RelayRule rule, BridgeCounters counters) : IPacketReceiver
{
    private readonly Lock _lock = new();
    private readonly Lock _answeredLock = new(); // the other end takes it, too, under its own lock: nothing is locked under it
    private readonly HashSet<ushort> _answered = []; // QoS 2 that came here and goes nowhere; PUBREL is awaited
    private readonly HashSet<ushort> _inFlight = []; // went out here, and is not acknowledged
    private readonly Queue<(MqttMessage Message, PublishEnvelope Envelope)> _held = [];

    /// <summary>This connection.</summary>
    public MqttClientConnection Connection { get; set; } = null!;

    /// <summary>The other connection's end.</summary>
    public RelayEnd Other { get; set; } = null!;

    public void OnPublish(in PublishPacket packet, string topic)
    {
        if (rule(packet, topic) is not { } message)
        {
            Answer(packet.QoS, packet.PacketId);
            return;
        }

        Other.Post(message, new(packet.QoS, message.Retain, packet.IsDuplicate, packet.PacketId, default, ExpirySeconds: packet.ExpirySeconds));
    }

    public void OnAck(in AckPacket ack)
    {
        if (ack.Type == PacketType.PubRel)
        {
            bool isOwn;
            lock (_answeredLock) isOwn = _answered.Remove(ack.PacketId);
            (isOwn ? this : Other).Send(isOwn ? PacketType.PubComp : PacketType.PubRel, ack.PacketId);
            return;
        }

        // An identifier that the peer has forgotten is one that it is done with.
        var reason = ack.Reason == MqttReason.PacketIdentifierNotFound ? MqttReason.Success : ack.Reason;
        if (reason >= MqttReason.UnspecifiedError) counters.CountDropped();
        Other.Send(ack.Type, ack.PacketId, reason);
        if (ack.Type != PacketType.PubRec || reason >= MqttReason.UnspecifiedError) Ended(ack.PacketId);
    }

    /// <summary>Sends a message out here that came in at the other end.</summary>
    private void Post(MqttMessage message, PublishEnvelope envelope)
    {
        if (envelope.QoS == MqttQoS.AtMostOnce)
        {
            // Nobody waits for it: where the peer reads too slowly, it is the first to go.
            if (Connection.TryPublish(message, envelope) != PublishOutcome.Sent) counters.CountDropped();
            return;
        }

        lock (_lock)
        {
            if (_inFlight.Count >= Connection.Server.ReceiveMaximum) Hold(message, envelope);
            else SendNow(message, envelope);
        }
    }

    // Whoever keeps to the number that it was told never has more waiting here; another one would fill the memory.
    private void Hold(MqttMessage message, PublishEnvelope envelope)
    {
        if (_held.Count < Other.Connection.ReceiveMaximum) _held.Enqueue((message, envelope));
        else Other.Connection.Close(new IOException("It sends more messages at once than the receive maximum that it was told."));
    }

    private void SendNow(MqttMessage message, PublishEnvelope envelope)
    {
        if (!Connection.Server.RetainAvailable) envelope = envelope with { Retain = false };
        var outcome = envelope.QoS > Connection.Server.MaximumQoS ? PublishOutcome.TooLarge : Connection.TryPublish(message, envelope);
        if (outcome == PublishOutcome.Sent)
        {
            _inFlight.Add(envelope.PacketId);
        }
        else if (outcome == PublishOutcome.TooLarge)
        {
            // It would come again and again, and never get through.
            counters.CountDropped();
            Other.Answer(envelope.QoS, envelope.PacketId);
        }
        else
        {
            Connection.Close(new IOException("It reads too slowly."));
        }
    }

    private void Ended(ushort id)
    {
        lock (_lock)
        {
            _inFlight.Remove(id);
            while (_inFlight.Count < Connection.Server.ReceiveMaximum && _held.TryDequeue(out var next)) SendNow(next.Message, next.Envelope);
        }
    }

    /// <summary>Takes a message that came in here, in the other broker's place.</summary>
    private void Answer(MqttQoS qos, ushort id)
    {
        if (qos == MqttQoS.AtMostOnce) return;

        if (qos == MqttQoS.ExactlyOnce)
        {
            lock (_answeredLock) _answered.Add(id);
        }

        Send(qos == MqttQoS.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec, id);
    }

    private void Send(PacketType type, ushort id, MqttReason reason = MqttReason.Success) =>
        Connection.Send(new AckPacket(type, id, reason).ToBytes(Connection.Version));
}
