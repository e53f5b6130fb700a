using Edge.Mqtt.Topics;
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

    public SessionConnection(
        System.IO.Pipelines.IDuplexPipe transport, MqttClientOptions options, PacketIds ids, IncomingMessages incoming, OutgoingMessages outgoing)
    {
        (_incoming, _outgoing) = (incoming, outgoing);
        Connection = new(transport, options, ids, this);
        _handingOver = Task.Run(() => _incoming.RunAsync(Connection));
        _ = CompleteAsync();
    }

    public MqttClientConnection Connection { get; }

    public long Dropped => _incoming.Dropped;

    public void OnPublish(in PublishPacket packet, string topic) => _incoming.OnPublish(Connection, packet, topic);

    public void OnAck(in AckPacket ack)
    {
        if (ack.Type == PacketType.PubRel) _incoming.OnRelease(Connection, ack.PacketId);
        else _outgoing.OnAck(ack);
    }

    /// <exception cref="ArgumentException">A filter is none.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<MqttSubscribeResult> SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancel)
    {
        foreach (var subscription in subscriptions) CheckFilter(subscription.Filter);

        // The identifier belongs to the packet: those with different ones go in packets of their own.
        var reasons = new MqttReason[subscriptions.Count];
        MqttSubscribeResult? last = null;
        foreach (var group in subscriptions.Select((s, i) => (Subscription: s, Index: i)).GroupBy(s => s.Subscription.Id))
        {
            var (id, answer) = Connection.Requests.Add();
            var packet = new SubscribePacket(id, [.. group.Select(g => g.Subscription.Entry)]) { SubscriptionId = group.Key };
            Connection.Send(packet.ToBytes(Connection.Version));
            last = await answer.WaitAsync(cancel).ConfigureAwait(false);
            foreach (var (reason, index) in last.Reasons.Zip(group.Select(g => g.Index))) reasons[index] = reason;
        }

        return new(reasons, last?.ReasonString, last?.UserProperties ?? []);
    }

    /// <exception cref="ArgumentException">A filter is none.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<MqttSubscribeResult> UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancel)
    {
        foreach (var filter in filters) CheckFilter(filter);

        var (id, answer) = Connection.Requests.Add();
        Connection.Send(new UnsubscribePacket(id, filters).ToBytes(Connection.Version));
        return await answer.WaitAsync(cancel).ConfigureAwait(false);
    }

    public static void CheckFilter(string filter)
    {
        if (!TopicFilter.TryParse(Unshared(filter), out _)) throw new ArgumentException($"\"{filter}\" is no topic filter (MQTT 5.0 §4.7).", nameof(filter));
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync().ConfigureAwait(false);
        await _handingOver.ConfigureAwait(false);
    }

    private async Task CompleteAsync()
    {
        await Connection.Closed.ConfigureAwait(false);
        _outgoing.Detach();
        _incoming.Complete();
    }

    // $share/group/filter
    private static string Unshared(string filter)
    {
        if (!filter.StartsWith("$share/", StringComparison.Ordinal)) return filter;

        var slash = filter.IndexOf('/', "$share/".Length);
        return slash < 0 ? "" : filter[(slash + 1)..];
    }
}
