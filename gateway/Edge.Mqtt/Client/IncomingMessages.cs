using System.Threading.Channels;

using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>The receiving half of a client's session that outlives a connection: the QoS 2 messages that were taken and not released.</summary>
internal sealed class IncompleteMessages
{
    private readonly HashSet<ushort> _ids = [];

    /// <summary>False where it was taken before.</summary>
    public bool Add(ushort id) => _ids.Add(id);

    /// <summary>False where it is not known.</summary>
    public bool Remove(ushort id) => _ids.Remove(id);

    public void Clear() => _ids.Clear();
}

/// <summary>Hands the messages of one connection over, one after the other, and acknowledges each when its handler is done.</summary>
internal sealed class IncomingMessages(MqttClientOptions options, IncompleteMessages incomplete, MqttReceivedHandler handler)
{
    private readonly Channel<Arrived> _arrived =
        Channel.CreateBounded<Arrived>(new BoundedChannelOptions(options.MaxWaiting) { SingleReader = true, SingleWriter = true });

    private int _unacknowledged;
    private long _dropped;

    /// <summary>Messages of QoS 0 for which there was no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <exception cref="MqttProtocolException">More than the receive maximum is on its way.</exception>
    /// <exception cref="IOException">More waits than there is room for.</exception>
    public void OnPublish(MqttClientConnection connection, in PublishPacket packet, string topic)
    {
        if (packet.QoS == MqttQoS.ExactlyOnce && !incomplete.Add(packet.PacketId))
        {
            connection.Send(new AckPacket(PacketType.PubRec, packet.PacketId).ToBytes(connection.Version));
            return;
        }

        if (packet.QoS > MqttQoS.AtMostOnce && Interlocked.Increment(ref _unacknowledged) > options.ReceiveMaximum && connection.Version == ProtocolVersion.V5)
            throw new MqttProtocolException(MqttReason.ReceiveMaximumExceeded, $"More than {options.ReceiveMaximum} messages at once ([MQTT-3.3.4-9]).");

        var message = new MqttMessage(topic, packet.Payload.ToArray(), packet.QoS, packet.Retain) { Properties = packet.ReadProperties() };
        if (_arrived.Writer.TryWrite(new(new(message, packet.ReadSubscriptionIds(), packet.IsDuplicate), packet.PacketId))) return;
        if (packet.QoS > MqttQoS.AtMostOnce) throw new IOException($"More than {options.MaxWaiting} messages wait for their handler.");

        Interlocked.Increment(ref _dropped);
    }

    public void OnRelease(MqttClientConnection connection, ushort id)
    {
        var isKnown = incomplete.Remove(id);
        if (isKnown) Interlocked.Decrement(ref _unacknowledged);
        var reason = isKnown ? MqttReason.Success : MqttReason.PacketIdentifierNotFound;
        connection.Send(new AckPacket(PacketType.PubComp, id, reason).ToBytes(connection.Version));
    }

    /// <summary>Takes nothing more; what waits is still handed over.</summary>
    public void Complete() => _arrived.Writer.TryComplete();

    public async Task RunAsync(MqttClientConnection connection)
    {
        try
        {
            await foreach (var (received, id) in _arrived.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                await handler(received, connection.Stopping).ConfigureAwait(false);
                Acknowledge(connection, received.Message.QoS, id);
            }
        }
        catch (Exception e) // whatever the caller's handler throws is told through Closed
        {
            connection.Close(e);
        }
    }

    private void Acknowledge(MqttClientConnection connection, MqttQoS qos, ushort id)
    {
        if (qos == MqttQoS.AtMostOnce) return;
        if (qos == MqttQoS.AtLeastOnce) Interlocked.Decrement(ref _unacknowledged);

        var type = qos == MqttQoS.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec;
        connection.Send(new AckPacket(type, id).ToBytes(connection.Version));
    }

    private readonly record struct Arrived(MqttReceived Received, ushort PacketId);
}
