using System.IO.Pipelines;

namespace Edge.Mqtt.Client;

/// <summary>
/// A client that stays: it connects again after each loss, with back-off and jitter; subscribes again where the server has lost the session; repeats what
/// was not acknowledged; and keeps what is published meanwhile in a queue with bounds. It keeps these in memory, for as long as the process lives.
/// </summary>
public sealed class ReconnectingMqttClient : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task<IDuplexPipe>> _open;
    private readonly MqttClientOptions _options;
    private readonly MqttReconnectOptions _reconnect;
    private readonly ClientSession _session;
    private readonly Backoff _backoff;
    private readonly Subscriptions _subscriptions = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile SessionConnection? _current;
    private TaskCompletionSource<SessionConnection> _connected = NewSource();

    /// <summary>Begins to connect. The handler has to be set in <paramref name="options"/>: nobody else takes the messages.</summary>
    public ReconnectingMqttClient(MqttEndpoint endpoint, MqttClientOptions options, MqttReconnectOptions? reconnect = null)
        : this(cancel => endpoint.ConnectAsync(options, cancel), options, reconnect ?? new())
    {
    }

    internal ReconnectingMqttClient(Func<CancellationToken, Task<IDuplexPipe>> open, MqttClientOptions options, MqttReconnectOptions reconnect)
    {
        options.Check();
        reconnect.Check();
        (_open, _options, _reconnect) = (open, options, reconnect);
        _backoff = new(reconnect.FirstDelay, reconnect.MaxDelay, reconnect.Random);
        _session = new(options, reconnect.Queue, HandlerOf(options));
        _running = Task.Run(RunAsync);
    }

    /// <summary>True while there is a connection.</summary>
    public bool IsConnected => _current is { Connection.Closed.IsCompleted: false };

    /// <summary>What the server said last; null before the first connection.</summary>
    public MqttServerAnswer? Server { get; private set; }

    /// <summary>The messages that wait to be sent or acknowledged.</summary>
    public int QueuedMessages => _session.Outgoing.Count;

    /// <summary>Their bytes, as the queue's limit counts them.</summary>
    public long QueuedBytes => _session.Outgoing.Bytes;

    /// <summary>The messages that the queue has dropped.</summary>
    public long Dropped => _session.Outgoing.Dropped;

    /// <summary>Completes when there is a connection.</summary>
    public Task WaitConnectedAsync(CancellationToken cancel = default) => Volatile.Read(ref _connected).Task.WaitAsync(cancel);

    /// <summary>Puts a message in line; false where the queue has no room for it.</summary>
    /// <exception cref="IOException">The client is disposed.</exception>
    public bool TryPost(MqttMessage message) => _session.Outgoing.Post(message) is not null;

    /// <summary>Publishes; completes when the message is written (QoS 0), acknowledged (1) or completed (2), through as many connections as it takes. Where the
    /// queue has no room for it, the result is <see cref="MqttReason.QuotaExceeded"/>. Cancelling withdraws a message that was not sent yet.</summary>
    /// <exception cref="IOException">The client was disposed.</exception>
    public async Task<MqttPublishResult> PublishAsync(MqttMessage message, CancellationToken cancel = default)
    {
        if (_session.Outgoing.Post(message) is not { } outgoing) return OfflineQueue.Full;

        try
        {
            return await outgoing.Done.WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _session.Outgoing.Withdraw(outgoing);
            throw;
        }
    }

    /// <summary>Subscribes now and after every loss of the session; completes with the first SUBACK. What the server refuses is asked for again next time.</summary>
    /// <exception cref="ArgumentException">A filter is none.</exception>
    public async Task<MqttSubscribeResult> SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancel = default)
    {
        foreach (var subscription in subscriptions) SubscribeRequests.CheckFilter(subscription.Filter);

        return await WhenConnectedAsync(
            c =>
            {
                _subscriptions.Add(subscriptions); // from now on they are made again, where need be, before anybody gets the connection
                return c.Connection.SubscribeAsync(subscriptions, cancel);
            },
            cancel).ConfigureAwait(false);
    }

    /// <summary>Ends a subscription; completes with UNSUBACK.</summary>
    public async Task<MqttSubscribeResult> UnsubscribeAsync(string filter, CancellationToken cancel = default)
    {
        SubscribeRequests.CheckFilter(filter);
        _subscriptions.Remove(filter);
        return await WhenConnectedAsync(c => c.Connection.UnsubscribeAsync([filter], cancel), cancel).ConfigureAwait(false);
    }

    /// <summary>MQTT 5.0: authenticates anew in the connection that there is.</summary>
    /// <exception cref="IOException">There is none, or the server ended it: the next one authenticates by itself.</exception>
    public Task ReauthenticateAsync(CancellationToken cancel = default) =>
        (_current ?? throw new IOException("Not connected.")).Connection.ReauthenticateAsync(cancel);

    /// <summary>Disconnects; who waits for a message's end is told that there will be none.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;

        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        var ended = new IOException("The client is disposed.");
        _session.Outgoing.End(ended);
        _connected.TrySetException(ended);
        _ = _connected.Task.Exception;
        _stop.Dispose();
    }

    private static MqttReceivedHandler HandlerOf(MqttClientOptions options)
    {
        if (options.OnReceived is { } full) return full;
        return options.OnMessage is { } plain ? (received, cancel) => plain(received.Message, cancel) : (_, _) => default;
    }

    private static TaskCompletionSource<SessionConnection> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var since = _options.Clock.GetTimestamp();
            var reason = await ServeOnceAsync().ConfigureAwait(false);
            if (_stop.IsCancellationRequested) return;

            if (_options.Clock.GetElapsedTime(since) >= _reconnect.StableAfter) _backoff.Reset();
            var wait = _backoff.Next();
            _reconnect.OnDisconnected?.Invoke(reason, wait);
            await Task.Delay(wait, _options.Clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One connection, from its attempt to its end; the result is why it ended.</summary>
    private async Task<Exception> ServeOnceAsync()
    {
        SessionConnection? current = null;
        try
        {
            current = await _session.ConnectAsync(await _open(_stop.Token).ConfigureAwait(false), _stop.Token).ConfigureAwait(false);
            await SubscribeAgainAsync(current).ConfigureAwait(false);
            return await ServeAsync(current).ConfigureAwait(false);
        }
        catch (Exception e) when (MqttOutage.Is(e))
        {
            return e;
        }
        finally
        {
            _current = null;
            if (current is not null) await current.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<Exception> ServeAsync(SessionConnection current)
    {
        (_current, Server) = (current, current.Connection.Server);
        _reconnect.OnConnected?.Invoke(Server);
        _connected.TrySetResult(current);
        using var stop = _stop.Token.UnsafeRegister(_ => _ = current.Connection.DisconnectAsync(new()), null);

        var reason = await current.Connection.Closed.ConfigureAwait(false);
        Volatile.Write(ref _connected, NewSource());
        return reason ?? new IOException("The connection is closed.");
    }

    private async Task SubscribeAgainAsync(SessionConnection current)
    {
        if (current.Connection.Server.SessionPresent) return;

        foreach (var packet in _subscriptions.Packets) await current.Connection.SubscribeAsync(packet, _stop.Token).ConfigureAwait(false);
    }

    // A request belongs to one connection: where that breaks before the answer, it is made again in the next.
    private async Task<MqttSubscribeResult> WhenConnectedAsync(Func<SessionConnection, Task<MqttSubscribeResult>> request, CancellationToken cancel)
    {
        while (true)
        {
            var current = await Volatile.Read(ref _connected).Task.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                return await request(current).ConfigureAwait(false);
            }
            catch (IOException) when (!_stop.IsCancellationRequested)
            {
                await current.Gone.WaitAsync(cancel).ConfigureAwait(false); // by then there is a source for the next
            }
        }
    }
}
