using System.IO.Pipelines;
using System.Threading.Channels;

using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Client;

/// <summary>
/// A small MQTT 3.1.1 client over TCP, TLS or any pair of pipes. One instance is one connection: when it ends (<see cref="Closed"/>), make another.
/// Its methods may be called from any thread, and nothing in it needs a synchronisation context.
/// </summary>
public sealed class MqttClient : IAsyncDisposable
{
    private readonly MqttClientConnection _connection;
    private readonly SemaphoreSlim _inFlight;

    private MqttClient(MqttClientConnection connection, MqttClientOptions options)
    {
        _connection = connection;
        _inFlight = new(options.MaxInFlight);
    }

    /// <summary>True where the server still had the session of before.</summary>
    public bool SessionPresent => _connection.SessionPresent;

    /// <summary>The messages that arrive, where no handler is set; completes with the connection.</summary>
    public ChannelReader<MqttMessage> Messages => _connection.Messages;

    /// <summary>Messages of QoS 0 that were dropped because the handler or reader lags behind.</summary>
    public long Dropped => _connection.Dropped;

    /// <summary>Completes, never fails, when the connection has ended: with the reason, or null after <see cref="DisconnectAsync"/>.</summary>
    public Task<Exception?> Closed => _connection.Closed;

    /// <summary>Connects over TCP, with TLS where <paramref name="endpoint"/> says so.</summary>
    /// <exception cref="MqttConnectRefusedException">The server said no.</exception>
    /// <exception cref="IOException">No connection, or it broke. Also <see cref="System.Net.Sockets.SocketException"/> and
    /// <see cref="System.Security.Authentication.AuthenticationException"/>.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="MqttClientOptions.ConnectTimeout"/>.</exception>
    public static async Task<MqttClient> ConnectAsync(MqttEndpoint endpoint, MqttClientOptions options, CancellationToken cancel = default)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            var stream = await endpoint.OpenAsync(either.Token).ConfigureAwait(false);
            return await ConnectAsync(new StreamPipe(stream), options, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"No connection to {endpoint.Host}:{endpoint.Port} within {options.ConnectTimeout.TotalSeconds} s.");
        }
    }

    /// <summary>Connects over pipes that are connected already; disposed with the client where they can be.</summary>
    /// <exception cref="MqttConnectRefusedException">The server said no.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="MqttClientOptions.ConnectTimeout"/>.</exception>
    public static async Task<MqttClient> ConnectAsync(IDuplexPipe transport, MqttClientOptions options, CancellationToken cancel = default)
    {
        var connection = new MqttClientConnection(transport, options);
        try
        {
            await connection.HandshakeAsync(cancel).ConfigureAwait(false);
            return new(connection, options);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Publishes; completes when the message is written (QoS 0), acknowledged (1) or completed (2).</summary>
    /// <exception cref="IOException">The connection broke; QoS 1 and 2 may or may not have arrived.</exception>
    public async Task PublishAsync(MqttMessage message, CancellationToken cancel = default)
    {
        var frame = new PublishFrame(message);
        if (message.QoS == MqttQoS.AtMostOnce)
        {
            await _connection.SendAsync(OutgoingPacket.Publish(frame, MqttQoS.AtMostOnce, message.Retain, false, 0), cancel).ConfigureAwait(false);
            return;
        }

        await _inFlight.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var (id, answer) = _connection.Requests.Add();
            await _connection.SendAsync(OutgoingPacket.Publish(frame, message.QoS, message.Retain, false, id), cancel).ConfigureAwait(false);
            await answer.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _inFlight.Release();
        }
    }

    /// <summary>Subscribes; completes with SUBACK.</summary>
    /// <returns>True where the server granted it, at whatever quality of service.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<bool> SubscribeAsync(string filter, MqttQoS qos = MqttQoS.AtLeastOnce, CancellationToken cancel = default)
    {
        var codes = await SubscribeAsync([(filter, qos)], cancel).ConfigureAwait(false);
        return codes is [not (byte)MqttReason.UnspecifiedError];
    }

    /// <summary>Subscribes to several filters in one packet; the answer has SUBACK's code for each, 0x80 for a refusal.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<IReadOnlyList<byte>> SubscribeAsync(IReadOnlyList<(string Filter, MqttQoS QoS)> filters, CancellationToken cancel = default)
    {
        foreach (var (filter, _) in filters) Check(filter);

        var (id, answer) = _connection.Requests.Add();
        var packet = new SubscribePacket(id, [.. filters.Select(f => new SubscribeEntry(f.Filter, f.QoS))]);
        await _connection.SendAsync(OutgoingPacket.Ready(PacketType.Subscribe, packet.ToBytes(ProtocolVersion.V311)), cancel).ConfigureAwait(false);
        return await answer.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Unsubscribes; completes with UNSUBACK.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task UnsubscribeAsync(string filter, CancellationToken cancel = default)
    {
        Check(filter);
        var (id, answer) = _connection.Requests.Add();
        await _connection.SendAsync(OutgoingPacket.Ready(PacketType.Unsubscribe, new UnsubscribePacket(id, [filter]).ToBytes(ProtocolVersion.V311)), cancel)
            .ConfigureAwait(false);
        await answer.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Says DISCONNECT, so that the server drops the will, and closes.</summary>
    public Task DisconnectAsync() => _connection.DisconnectAsync();

    /// <summary>Breaks the connection off without a word: the server publishes the will.</summary>
    public void Abort() => _connection.Close(new IOException("The client broke the connection off."));

    /// <summary>Disconnects where that has not happened yet.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private static void Check(string filter)
    {
        if (!TopicFilter.TryParse(filter, out _)) throw new ArgumentException($"\"{filter}\" is no topic filter (MQTT 3.1.1 §4.7).", nameof(filter));
    }
}
