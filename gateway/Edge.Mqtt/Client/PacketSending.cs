using System.Buffers;
using System.IO.Pipelines;
using System.Text;

using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Client;

/// <summary>What became of a message that was to be sent.</summary>
internal enum PublishOutcome
{
    /// <summary>It is on its way.</summary>
    Sent,

    /// <summary>There is no room now, or the connection is closed.</summary>
    NoRoom,

    /// <summary>It is beyond the server's maximum packet size ([MQTT-3.2.2-15]).</summary>
    TooLarge,
}

/// <summary>The way out of a connection: packets in the order in which they are posted, as many in one flush as there are.</summary>
internal sealed class PacketSending(ProtocolVersion version)
{
    public static readonly byte[] PingReq = [(byte)PacketType.PingReq << 4, 0];

    private const int MaxWaiting = 4096;

    // Messages leave room for acknowledgements and pings, which have to go out, or the connection ends.
    private const double ShareOfMessages = 0.5;
    private const int MaxWaitingBytes = 16 * 1024 * 1024;
    private const double Drained = 1e-5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Outbox<byte[]> _outbox = new(new(MaxWaiting, 1L << 40));
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new(); // an alias is given and used in the same order
    private SentAliases _aliases = new(0);
    private long _maximum = long.MaxValue;

    /// <summary>Takes over what the server said in CONNACK.</summary>
    public void Agree(ConnAckPacket answer, ushort maxAliases)
    {
        lock (_lock)
        {
            _aliases = new(Math.Min(answer.TopicAliasMaximum, maxAliases));
            _maximum = answer.MaximumPacketSize == 0 ? long.MaxValue : answer.MaximumPacketSize;
        }
    }

    /// <summary>False where there is no room, or the connection is closed.</summary>
    public bool TryPost(byte[] packet) => _outbox.TryPost(packet, packet.Length);

    /// <summary>Sends a message, abbreviated where the server allows that.</summary>
    public PublishOutcome TryPublish(MqttMessage message, PublishEnvelope envelope)
    {
        var content = new PublishContent(Encoding.UTF8.GetBytes(message.Topic), PublishWriter.EncodeProperties(message.Properties), message.Payload.Span);
        lock (_lock)
        {
            // Those of QoS 1 and 2 are few at a time: the receive maximum bounds them.
            if (envelope.QoS == MqttQoS.AtMostOnce && (_outbox.IsFilledTo(ShareOfMessages) || _outbox.PendingBytes > MaxWaitingBytes)) return PublishOutcome.NoRoom;
            if (PublishWriter.Size(content, envelope with { Version = version }) + SentAliases.Bytes > _maximum) return PublishOutcome.TooLarge;

            var (alias, isKnown) = _aliases.Use(message.Topic);
            envelope = envelope with { Version = version, TopicAlias = alias, OmitTopic = isKnown };
            var bytes = new byte[PublishWriter.Size(content, envelope)];
            PublishWriter.Write(bytes, content, envelope);
            if (TryPost(bytes)) return PublishOutcome.Sent;

            if (alias != 0 && !isKnown) _aliases.Forget(message.Topic);
            return PublishOutcome.NoRoom;
        }
    }

    /// <summary>Waits until what waits has gone out.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancel) => _outbox.WaitUntilBelowAsync(Drained, cancel);

    /// <summary>Takes nothing more; what waits still goes out.</summary>
    public void Complete() => _outbox.Complete();

    /// <summary>Sends a last packet, and waits a little until it is written.</summary>
    public async Task FinishAsync(byte[] last, TimeProvider clock)
    {
        TryPost(last);
        _outbox.Complete();
        await Task.WhenAny(_written.Task, Task.Delay(Patience, clock)).ConfigureAwait(false);
    }

    /// <summary>Writes until <see cref="Complete"/>; the result is what went wrong, or null.</summary>
    public async Task<Exception?> PumpAsync(PipeWriter output, CancellationToken cancel)
    {
        try
        {
            var isTaken = await _outbox.PumpAsync(output, static (in byte[] packet, IBufferWriter<byte> to) => to.Write(packet), cancel).ConfigureAwait(false);
            return isTaken ? null : new IOException("The server closed the connection.");
        }
        catch (Exception e) when (MqttOutage.IsOfTransport(e))
        {
            return e;
        }
        finally
        {
            _written.TrySetResult();
        }
    }
}
