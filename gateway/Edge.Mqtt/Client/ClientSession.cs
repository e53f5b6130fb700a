using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>What a client keeps while connections come and go, and the connection that it has now.</summary>
internal sealed class ClientSession(MqttClientOptions options, MqttQueueOptions limits, MqttReceivedHandler handler)
{
    private readonly PacketIds _ids = new();
    private readonly IncompleteMessages _incomplete = new();
    private OutgoingMessages? _outgoing;

    public OutgoingMessages Outgoing => _outgoing ??= new(options, limits, _ids);

    /// <summary>Connects, and sends what waits.</summary>
    /// <exception cref="MqttConnectRefusedException">The server said no.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="TimeoutException">There was no answer in time.</exception>
    public async Task<SessionConnection> ConnectAsync(System.IO.Pipelines.IDuplexPipe transport, CancellationToken cancel)
    {
        var current = new SessionConnection(transport, options, _ids, new(options, _incomplete, handler), Outgoing);
        try
        {
            await current.Connection.ConnectAsync(cancel).ConfigureAwait(false);
            if (!current.Connection.Server.SessionPresent) _incomplete.Clear();
            Outgoing.Attach(current.Connection);
            return current;
        }
        catch
        {
            await current.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}

/// <summary>One connection of a session, with the requests that live no longer than it.</summary>
internal sealed class SessionConnection : IPacketReceiver, IAsyncDisposable
{
    private readonly IncomingMessages _incoming;
    private readonly OutgoingMessages _outgoing;
    private readonly Task _handingOver;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SessionConnection(
        System.IO.Pipelines.IDuplexPipe transport, MqttClientOptions options, PacketIds ids, IncomingMessages incoming, OutgoingMessages outgoing)
    {
        (_incoming, _outgoing) = (incoming, outgoing);
        Connection = new(transport, options, ids, this);
        _handingOver = Task.Run(() => _incoming.RunAsync(Connection));
        _ = CompleteAsync();
    }

    public MqttClientConnection Connection { get; }

    /// <summary>Completes when nothing of it is left.</summary>
    public Task Gone => _gone.Task;

    public long Dropped => _incoming.Dropped;

    public void OnPublish(in PublishPacket packet, string topic) => _incoming.OnPublish(Connection, packet, topic);

    public void OnAck(in AckPacket ack)
    {
        if (ack.Type == PacketType.PubRel) _incoming.OnRelease(Connection, ack.PacketId);
        else _outgoing.OnAck(ack);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync().ConfigureAwait(false);
        await _handingOver.ConfigureAwait(false);
        _gone.TrySetResult();
    }

    private async Task CompleteAsync()
    {
        await Connection.Closed.ConfigureAwait(false);
        _outgoing.Detach(Connection);
        _incoming.Complete();
    }
}
