namespace Edge.Mqtt.Client;

/// <summary>
/// The client for code without async, on threads of its own: the firmware on a PC. Calls block until answered; messages arrive by
/// <see cref="MessageReceived"/>, one after the other, never on the caller's thread, so that a handler may call back in.
/// </summary>
public sealed class BlockingMqttClient : IDisposable
{
    private readonly MqttEndpoint _endpoint;
    private MqttClient? _client;

    /// <summary>A client that is not connected yet.</summary>
    public BlockingMqttClient(MqttEndpoint endpoint) => _endpoint = endpoint;

    /// <summary>A message arrived. QoS 1 and 2 are acknowledged when the handlers return.</summary>
    public event Action<MqttMessage>? MessageReceived;

    /// <summary>The connection ended: with the reason, or null after <see cref="Disconnect"/>. Raised once per connection.</summary>
    public event Action<Exception?>? Closed;

    /// <summary>True between <see cref="Connect"/> and <see cref="Closed"/>.</summary>
    public bool IsConnected => _client is { Closed.IsCompleted: false };

    /// <summary>True where the server still had the session of before.</summary>
    public bool SessionPresent => _client?.SessionPresent ?? false;

    /// <summary>Connects; a second time after <see cref="Closed"/>, if need be.</summary>
    /// <returns>CONNACK's return code: 0, or why the server refused (MQTT 3.1.1 §3.2.2.3).</returns>
    /// <exception cref="IOException">No connection. Also those that <see cref="MqttClient.ConnectAsync(MqttEndpoint, MqttClientOptions, CancellationToken)"/> names.</exception>
    public byte Connect(MqttClientOptions options)
    {
        if (IsConnected) throw new InvalidOperationException("Connected already: disconnect first.");

        MqttClient client;
        try
        {
            client = MqttClient.ConnectAsync(_endpoint, options with { OnMessage = OnMessage }).GetAwaiter().GetResult();
        }
        catch (MqttConnectRefusedException refused)
        {
            return refused.ReturnCode;
        }

        _client = client;
        _ = TellClosedAsync(client);
        return 0;
    }

    /// <summary>Publishes and waits until it is written, acknowledged or completed.</summary>
    /// <exception cref="IOException">The connection broke, or there is none.</exception>
    public void Publish(MqttMessage message) => Current().PublishAsync(message).GetAwaiter().GetResult();

    /// <summary>Publishes without waiting: <paramref name="done"/> is told, on another thread, whether it was acknowledged.</summary>
    /// <exception cref="IOException">There is no connection.</exception>
    public void Post(MqttMessage message, Action<bool> done) => _ = PostAsync(Current(), message, done);

    /// <summary>Subscribes and waits for SUBACK; false where the server refused.</summary>
    /// <exception cref="IOException">The connection broke, or there is none.</exception>
    public bool Subscribe(string filter, MqttQoS qos) => Current().SubscribeAsync(filter, qos).GetAwaiter().GetResult();

    /// <summary>Unsubscribes and waits for UNSUBACK.</summary>
    /// <exception cref="IOException">The connection broke, or there is none.</exception>
    public void Unsubscribe(string filter) => Current().UnsubscribeAsync(filter).GetAwaiter().GetResult();

    /// <summary>Says DISCONNECT and closes; nothing where there is no connection.</summary>
    public void Disconnect()
    {
        if (_client is not { } client) return;

        // The rest is not waited for: it ends only after a handler that may be the caller.
        client.DisconnectAsync().GetAwaiter().GetResult();
        _ = client.DisposeAsync().AsTask();
    }

    /// <summary>Breaks the connection off without a word: the server publishes the will.</summary>
    public void Abort() => _client?.Abort();

    /// <inheritdoc/>
    public void Dispose() => Disconnect();

    private static async Task PostAsync(MqttClient client, MqttMessage message, Action<bool> done)
    {
        try
        {
            await client.PublishAsync(message).ConfigureAwait(false);
            done(true);
        }
        catch (IOException)
        {
            done(false);
        }
    }

    private async Task TellClosedAsync(MqttClient client)
    {
        var reason = await client.Closed.ConfigureAwait(false);
        Closed?.Invoke(reason);
    }

    private ValueTask OnMessage(MqttMessage message, CancellationToken cancel)
    {
        MessageReceived?.Invoke(message);
        return default;
    }

    private MqttClient Current() => _client ?? throw new IOException("Not connected.");
}
