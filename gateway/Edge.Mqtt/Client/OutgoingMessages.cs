using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>
/// The sending half of a client's session (MQTT 5.0 §4.1): what is on its way, through one connection after the other. Within the server's receive maximum
/// messages go out in the order in which they were given; what a lost connection left unacknowledged goes first in the next ([MQTT-4.6.0-1]).
/// </summary>
internal sealed class OutgoingMessages(MqttClientOptions options, MqttQueueOptions limits, PacketIds ids)
{
    private readonly Lock _lock = new();
    private readonly OfflineQueue _queue = new(limits);
    private MqttClientConnection? _connection;
    private Exception? _ended;
    private int _window;
    private int _inFlight;
    private bool _waitsForRoom;

    public int Count
    {
        get { lock (_lock) return _queue.Count; }
    }

    public long Bytes
    {
        get { lock (_lock) return _queue.Bytes; }
    }

    public long Dropped
    {
        get { lock (_lock) return _queue.Dropped; }
    }

    /// <summary>Puts a message in line and sends it as soon as it may be. The task tells its end; where it is null, nothing was taken.</summary>
    /// <exception cref="IOException">The client has ended.</exception>
    public OutgoingMessage? Post(MqttMessage message)
    {
        var outgoing = new OutgoingMessage(message, options.Clock.GetTimestamp());
        lock (_lock)
        {
            if (_ended is not null) throw new IOException(_ended.Message, _ended);
            if (message.QoS == MqttQoS.AtMostOnce && _connection is null && !limits.KeepQoS0) return null;
            if (!_queue.TryAdd(outgoing)) return null;

            Pump();
        }

        return outgoing;
    }

    /// <summary>The caller gave up waiting: what was not sent yet is not sent.</summary>
    public void Withdraw(OutgoingMessage message)
    {
        lock (_lock) _queue.Withdraw(message);
    }

    /// <summary>Sends what waits over a connection that was just made.</summary>
    public void Attach(MqttClientConnection connection)
    {
        lock (_lock)
        {
            _connection = connection;
            _window = Math.Min(options.MaxInFlight, connection.Server.ReceiveMaximum);
            _inFlight = 0;
            if (!connection.Server.SessionPresent) ForgetSession();
            _queue.Restart();
            Pump();
        }
    }

    /// <summary>The connection is gone; messages wait for the next, which may be there already.</summary>
    public void Detach(MqttClientConnection connection)
    {
        lock (_lock)
        {
            if (_connection == connection) _connection = null;
        }
    }

    /// <summary>There will be no further connection: whoever waits is told.</summary>
    public void End(Exception reason)
    {
        lock (_lock)
        {
            if (_ended is not null) return;

            (_ended, _connection) = (reason, null);
            foreach (var message in _queue.All) message.Fail(reason);
            _queue.Clear();
        }
    }

    /// <summary>PUBACK, PUBREC or PUBCOMP.</summary>
    public void OnAck(in AckPacket ack)
    {
        lock (_lock)
        {
            if (_connection is not { } connection) return;

            var message = _queue.Find(ack.PacketId);
            if (ack.Type == PacketType.PubRec)
            {
                if (message is not null && ack.Reason >= MqttReason.UnspecifiedError) Complete(ack);
                else Release(connection, message, ack.PacketId);
            }
            else if (message is not null)
            {
                Complete(ack);
            }

            Pump();
        }
    }

    private static void Release(MqttClientConnection connection, OutgoingMessage? message, ushort id)
    {
        if (message is not null) message.IsReleased = true;
        var reason = message is null ? MqttReason.PacketIdentifierNotFound : MqttReason.Success;
        connection.Send(new AckPacket(PacketType.PubRel, id, reason).ToBytes(connection.Version));
    }

    private void Complete(in AckPacket ack)
    {
        if (_queue.Remove(ack.PacketId) is not { } message) return;

        ids.Return(ack.PacketId);
        if (message.IsSent) _inFlight--;
        // PUBCOMP with an unknown identifier: the server had it, and has forgotten it.
        message.End(ack.Type == PacketType.PubComp ? default : new(ack.Reason, ack.ReasonString));
    }

    // Without the server's half of the session, nobody knows the identifiers. What was released had arrived; the rest is sent as new.
    private void ForgetSession()
    {
        foreach (var message in _queue.All.Where(m => m.PacketId != 0).ToList())
        {
            if (message.IsReleased)
            {
                _queue.Remove(message.PacketId);
                ids.Return(message.PacketId);
                message.End(default);
            }

            message.WasSent = false;
        }
    }

    private void Pump()
    {
        while (_connection is { } connection && _queue.NextToSend is { } message)
        {
            if (Refusal(connection.Server, message) is { } refusal)
            {
                Drop(message, refusal);
                continue;
            }

            if (message.Message.QoS == MqttQoS.AtMostOnce)
            {
                if (!SendOnce(connection, message)) return;
            }
            else if (_inFlight >= _window || !SendInFlight(connection, message))
            {
                return;
            }
        }
    }

    private bool SendOnce(MqttClientConnection connection, OutgoingMessage message)
    {
        var outcome = connection.TryPublish(message.Message, Envelope(message, 0));
        if (outcome == PublishOutcome.NoRoom)
        {
            _ = PumpLaterAsync(connection);
            return false;
        }

        _queue.RemoveNext();
        message.End(outcome == PublishOutcome.Sent ? default : TooLarge(connection));
        return true;
    }

    private bool SendInFlight(MqttClientConnection connection, OutgoingMessage message)
    {
        if (message.IsReleased)
        {
            connection.Send(new AckPacket(PacketType.PubRel, message.PacketId).ToBytes(connection.Version));
        }
        else
        {
            var id = message.PacketId != 0 ? message.PacketId : ids.Take();
            switch (connection.TryPublish(message.Message, Envelope(message, id)))
            {
                case PublishOutcome.NoRoom:
                    if (message.PacketId == 0) ids.Return(id);
                    _ = PumpLaterAsync(connection);
                    return false;
                case PublishOutcome.TooLarge:
                    message.PacketId = id;
                    Drop(message, TooLarge(connection));
                    return true;
                default:
                    message.PacketId = id;
                    break;
            }
        }

        _inFlight++;
        _queue.Sent(message.PacketId);
        return true;
    }

    private async Task PumpLaterAsync(MqttClientConnection connection)
    {
        if (_waitsForRoom) return;

        _waitsForRoom = true;
        await Task.Yield(); // out of the lock
        try
        {
            await connection.WaitForRoomAsync(connection.Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The connection has ended; the next one pumps.
        }

        lock (_lock)
        {
            _waitsForRoom = false;
            if (_connection is { Closed.IsCompleted: false }) Pump();
        }
    }

    private void Drop(OutgoingMessage message, MqttPublishResult result)
    {
        if (message.PacketId != 0) ids.Return(message.PacketId);
        _queue.RemoveNext();
        message.End(result);
    }

    private PublishEnvelope Envelope(OutgoingMessage message, ushort id) => new(
        message.Message.QoS, message.Message.Retain, message.WasSent, id, options.Version,
        ExpirySeconds: message.Message.Properties?.ExpirySeconds is { } expiry ? expiry - Math.Min(expiry, Age(message)) : null);

    private uint Age(OutgoingMessage message) => (uint)options.Clock.GetElapsedTime(message.QueuedAt).TotalSeconds;

    // What the server said it would not take is not sent ([MQTT-3.2.2-11], [MQTT-3.2.2-14]); nor what nobody wants any more.
    private MqttPublishResult? Refusal(MqttServerAnswer server, OutgoingMessage message)
    {
        if (message.WasSent) return null;
        if (message.Message.QoS > server.MaximumQoS) return new(MqttReason.QoSNotSupported, $"The server takes QoS {(int)server.MaximumQoS} at most.");
        if (message.Message.Retain && !server.RetainAvailable) return new(MqttReason.RetainNotSupported, "The server keeps no messages.");
        if (message.Message.Properties?.ExpirySeconds is { } expiry && Age(message) > 0 && Age(message) >= expiry)
            return new(MqttReason.UnspecifiedError, "The message expired before it could be sent.");
        return null;
    }

    private static MqttPublishResult TooLarge(MqttClientConnection connection) =>
        new(MqttReason.PacketTooLarge, $"The server takes packets of {connection.Server.MaximumPacketSize} bytes at most.");
}
