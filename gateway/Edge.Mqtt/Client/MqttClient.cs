using System.IO.Pipelines;
using System.Threading.Channels;

using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>
/// An MQTT 3.1.1 and 5.0 client over TCP, TLS, WebSocket or any pair of pipes. One instance is one connection: when it ends (<see cref="Closed"/>), make
/// another, or take <see cref="ReconnectingMqttClient"/>, which does. Its methods may be called from any thread, and nothing in it needs a
/// synchronisation context.
/// </summary>
public sealed class MqttClient : IAsyncDisposable
{
    // Every message here has a caller who waits for it, and callers bound themselves.
    private static readonly MqttQueueOptions Unbounded = new() { MaxMessages = int.MaxValue, MaxBytes = long.MaxValue, WhenFull = MqttQueueFull.Refuse };

    private readonly ClientSession _session;
    private readonly SessionConnection _current;
    private readonly Channel<MqttMessage> _messages;
    private readonly Task<Exception?> _closed;

    private MqttClient(ClientSession session, SessionConnection current, Channel<MqttMessage> messages)
    {
        (_session, _current, _messages) = (session, current, messages);
        _closed = CloseAsync();
    }

    /// <summary>True where the server still had the session of before.</summary>
    public bool SessionPresent => Server.SessionPresent;

    /// <summary>What the server said in CONNACK.</summary>
    public MqttServerAnswer Server => _current.Connection.Server;

    /// <summary>The messages that arrive, where no handler is set; completes with the connection.</summary>
    public ChannelReader<MqttMessage> Messages => _messages.Reader;

    /// <summary>Messages of QoS 0 that were dropped because the handler or reader lags behind.</summary>
    public long Dropped => _current.Dropped;

    /// <summary>Completes, never fails, when the connection has ended: with the reason (<see cref="MqttDisconnectedException"/> where the server gave one),
    /// or null after <see cref="DisconnectAsync"/>.</summary>
    public Task<Exception?> Closed => _closed;

    /// <summary>Connects over TCP, TLS or WebSocket, as <paramref name="endpoint"/> says.</summary>
    /// <exception cref="MqttConnectRefusedException">The server said no.</exception>
    /// <exception cref="IOException">No connection, or it broke. Also <see cref="System.Net.Sockets.SocketException"/>,
    /// <see cref="System.Net.WebSockets.WebSocketException"/> and <see cref="System.Security.Authentication.AuthenticationException"/>.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="MqttClientOptions.ConnectTimeout"/>.</exception>
    public static async Task<MqttClient> ConnectAsync(MqttEndpoint endpoint, MqttClientOptions options, CancellationToken cancel = default) =>
        await ConnectAsync(await endpoint.ConnectAsync(options, cancel).ConfigureAwait(false), options, cancel).ConfigureAwait(false);

    /// <summary>Connects over pipes that are connected already; disposed with the client where they can be.</summary>
    /// <exception cref="MqttConnectRefusedException">The server said no.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="MqttClientOptions.ConnectTimeout"/>.</exception>
    public static async Task<MqttClient> ConnectAsync(IDuplexPipe transport, MqttClientOptions options, CancellationToken cancel = default)
    {
        var messages = Channel.CreateBounded<MqttMessage>(new BoundedChannelOptions(options.MaxWaiting) { SingleWriter = true });
        var session = new ClientSession(options, Unbounded, HandlerOf(options, messages));
        return new(session, await session.ConnectAsync(transport, cancel).ConfigureAwait(false), messages);
    }

    /// <summary>Publishes; completes when the message is written (QoS 0), acknowledged (1) or completed (2), or refused.</summary>
    /// <exception cref="IOException">The connection broke; QoS 1 and 2 may or may not have arrived.</exception>
    public async Task<MqttPublishResult> PublishAsync(MqttMessage message, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var outgoing = _session.Outgoing.Post(message)!; // unbounded: never refused
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

    /// <summary>Subscribes; completes with SUBACK.</summary>
    /// <returns>True where the server granted it, at whatever quality of service.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<bool> SubscribeAsync(string filter, MqttQoS qos = MqttQoS.AtLeastOnce, CancellationToken cancel = default) =>
        (await SubscribeAsync([new MqttSubscription(filter, qos)], cancel).ConfigureAwait(false)).IsSuccess;

    /// <summary>Subscribes to several filters in one packet; the answer has SUBACK's code for each, from 0x80 on for a refusal.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<IReadOnlyList<byte>> SubscribeAsync(IReadOnlyList<(string Filter, MqttQoS QoS)> filters, CancellationToken cancel = default)
    {
        var result = await SubscribeAsync([.. filters.Select(f => new MqttSubscription(f.Filter, f.QoS))], cancel).ConfigureAwait(false);
        return [.. result.Reasons.Select(r => (byte)r)];
    }

    /// <summary>Subscribes to several filters in one packet, with the options of MQTT 5.0; filters with different identifiers go in packets of their own.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task<MqttSubscribeResult> SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken cancel = default) =>
        _current.Connection.SubscribeAsync(subscriptions, cancel);

    /// <summary>Unsubscribes; completes with UNSUBACK.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task<MqttSubscribeResult> UnsubscribeAsync(string filter, CancellationToken cancel = default) => _current.Connection.UnsubscribeAsync([filter], cancel);

    /// <summary>MQTT 5.0: authenticates anew, with what <see cref="MqttClientOptions.Authenticator"/> says now; completes when the server agreed.</summary>
    /// <exception cref="IOException">The server ended the connection instead.</exception>
    public Task ReauthenticateAsync(CancellationToken cancel = default) => _current.Connection.ReauthenticateAsync(cancel);

    /// <summary>Says DISCONNECT, so that the server drops the will, and closes.</summary>
    public Task DisconnectAsync() => DisconnectAsync(MqttReason.Success);

    /// <summary>MQTT 5.0: says why, such as <see cref="MqttReason.DisconnectWithWill"/>, and may change how long the session is kept.</summary>
    public Task DisconnectAsync(MqttReason reason, uint? sessionExpirySeconds = null) =>
        _current.Connection.DisconnectAsync(new() { Reason = reason, SessionExpirySeconds = sessionExpirySeconds });

    /// <summary>Breaks the connection off without a word: the server publishes the will.</summary>
    public void Abort() => _current.Connection.Close(new IOException("The client broke the connection off."));

    /// <summary>Disconnects where that has not happened yet.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        await _current.DisposeAsync().ConfigureAwait(false);
    }

    private static MqttReceivedHandler HandlerOf(MqttClientOptions options, Channel<MqttMessage> messages)
    {
        if (options.OnReceived is { } full) return full;
        if (options.OnMessage is { } plain) return (received, cancel) => plain(received.Message, cancel);

        return (received, cancel) => messages.Writer.WriteAsync(received.Message, cancel);
    }

    private async Task<Exception?> CloseAsync()
    {
        var reason = await _current.Connection.Closed.ConfigureAwait(false);
        _messages.Writer.TryComplete();
        _session.Outgoing.End(reason ?? new IOException("The connection is closed."));
        return reason;
    }
}
