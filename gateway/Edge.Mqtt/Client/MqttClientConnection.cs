using System.IO.Pipelines;

using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>One connection to a server, from CONNECT to its end: one loop reads, one writes, one timer pings. What messages mean is the receiver's business.</summary>
internal sealed class MqttClientConnection : IAsyncDisposable
{
    private volatile bool _isLeaving;
    private readonly IDuplexPipe _transport;
    private readonly MqttClientOptions _options;
    private readonly IPacketReceiver _receiver;
    private readonly PacketSending _sending;
    private readonly Authentication _authentication;
    private readonly ReceivedAliases _aliases;
    private readonly TaskCompletionSource<ConnAckPacket> _connAck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly KeepAlivePing _ping;
    private Task _loops = Task.CompletedTask;
    private Task _handOver = Task.CompletedTask;

    public MqttClientConnection(IDuplexPipe transport, MqttClientOptions options, PacketIds ids, IPacketReceiver receiver)
    {
        options.Check();
        (_transport, _options, _receiver) = (transport, options, receiver);
        _sending = new(options.Version);
        _authentication = new(options.Authenticator, _sending);
        _aliases = new(options.TopicAliasMaximum);
        Requests = new(ids);
        _ping = new(options.Clock, () => Send(PacketSending.PingReq), Close);
    }

    /// <summary>What the server said; before it has, what MQTT takes for granted.</summary>
    public MqttServerAnswer Server { get; private set; } = new(new());

    public ProtocolVersion Version => _options.Version;

    /// <summary>The most messages of QoS 1 and 2 that the server may send before it gets answers; older versions know no bound but that of the identifiers.</summary>
    public int ReceiveMaximum => Version == ProtocolVersion.V5 ? _options.ReceiveMaximum : ushort.MaxValue;

    public PendingRequests Requests { get; }

    /// <summary>Completes, never fails, when the connection has ended.</summary>
    public Task<Exception?> Closed => _closed.Task;

    public CancellationToken Stopping => _stop.Token;

    /// <summary>Nothing that comes after CONNACK is read before this completes. To be set before connecting.</summary>
    public Task HandOverFrom
    {
        set => _handOver = value;
    }

    /// <summary>Says CONNECT and waits for the answer, through an enhanced authentication where there is one.</summary>
    /// <exception cref="MqttConnectRefusedException">The server said no.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="TimeoutException">There was no answer in time.</exception>
    public async Task ConnectAsync(CancellationToken cancel)
    {
        var connect = await PrepareAsync(cancel).ConfigureAwait(false);
        Send(connect.ToBytes());
        _loops = Task.WhenAll(Task.Run(ReadAsync, CancellationToken.None), Task.Run(WriteAsync, CancellationToken.None));

        var answer = await _connAck.Task.WaitAsync(_options.ConnectTimeout, _options.Clock, cancel).ConfigureAwait(false);
        if (answer.Reason >= MqttReason.UnspecifiedError) throw new MqttConnectRefusedException(answer);

        _ping.Start(TimeSpan.FromSeconds(answer.ServerKeepAlive ?? _options.KeepAliveSeconds));
    }

    /// <summary>Authenticates anew (MQTT 5.0 §4.12.1); completes when the server has agreed.</summary>
    /// <exception cref="IOException">The server ended the connection instead.</exception>
    public Task ReauthenticateAsync(CancellationToken cancel) => _authentication.AgainAsync(cancel);

    /// <summary>Sends a packet now; where the server reads so slowly that there is no room even for it, the connection ends.</summary>
    public void Send(byte[] packet)
    {
        _ping.Sent();
        if (!_sending.TryPost(packet) && !_closed.Task.IsCompleted) Close(new IOException("The server reads too slowly."));
    }

    /// <inheritdoc cref="PacketSending.TryPublish"/>
    public PublishOutcome TryPublish(MqttMessage message, in PublishEnvelope envelope)
    {
        _ping.Sent();
        return _sending.TryPublish(message, envelope);
    }

    /// <summary>Waits until there is room for messages that nobody will repeat.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancel) => _sending.WaitForRoomAsync(cancel);

    /// <summary>Says DISCONNECT and closes when that is written, or after two seconds.</summary>
    public async Task DisconnectAsync(DisconnectPacket packet)
    {
        _isLeaving = true;
        if (!_closed.Task.IsCompleted) await _sending.FinishAsync(packet.ToBytes(Version), _options.Clock).ConfigureAwait(false);
        Close(null);
    }

    public void Close(Exception? reason)
    {
        if (_isLeaving) reason = null; // the server closes when it has read DISCONNECT, perhaps before we do
        if (!_closed.TrySetResult(reason)) return;

        var failure = reason ?? new IOException("The connection is closed.");
        _sending.Complete();
        _ping.Dispose();
        _connAck.TrySetException(failure);
        _authentication.Fail(failure);
        Requests.FailAll(failure);
        _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Close(null);
        await _loops.ConfigureAwait(false);
        if (_transport is IAsyncDisposable disposable) await EndAsync(disposable.DisposeAsync()).ConfigureAwait(false);
        _ = _connAck.Task.Exception;
        _stop.Dispose();
    }

    private async Task<ConnectPacket> PrepareAsync(CancellationToken cancel)
    {
        try
        {
            return await MakeConnectAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException) // whatever fetching a token may throw is one more way of not being connected
        {
            throw new IOException($"There are no credentials to connect with: {e.Message}", e);
        }
    }

    private async ValueTask<ConnectPacket> MakeConnectAsync(CancellationToken cancel)
    {
        var password = _options.PasswordProvider is { } provider ? await provider(cancel).ConfigureAwait(false) : _options.Password;
        return new()
        {
            Level = (byte)Version,
            ClientId = _options.ClientId,
            CleanSession = _options.CleanSession,
            KeepAlive = (ushort)_options.KeepAliveSeconds,
            Will = _options.Will,
            WillDelaySeconds = _options.WillDelaySeconds,
            // Before 5.0 there is no password without a user name ([MQTT-3.1.2-22]).
            UserName = _options.UserName ?? (password is null || Version == ProtocolVersion.V5 ? null : ""),
            Password = password,
            SessionExpirySeconds = _options.SessionExpiry,
            ReceiveMaximum = _options.ReceiveMaximum,
            MaximumPacketSize = (uint)_options.MaxPacketBytes,
            TopicAliasMaximum = _options.TopicAliasMaximum,
            RequestResponseInformation = _options.RequestResponseInformation,
            RequestProblemInformation = _options.RequestProblemInformation,
            AuthenticationMethod = _options.Authenticator?.Method,
            AuthenticationData = await _authentication.BeginAsync(cancel).ConfigureAwait(false),
            UserProperties = _options.UserProperties,
        };
    }

    private async Task WriteAsync()
    {
        if (await _sending.PumpAsync(_transport.Output, _stop.Token).ConfigureAwait(false) is { } failure) Close(failure);
        await EndAsync(_transport.Output.CompleteAsync()).ConfigureAwait(false);
    }

    private async Task ReadAsync()
    {
        Exception reason = new IOException("The server closed the connection.");
        try
        {
            while (true)
            {
                var result = await _transport.Input.ReadAsync(_stop.Token).ConfigureAwait(false);
                var buffer = result.Buffer;
                var mayHandle = true;
                while (mayHandle && PacketFrame.TryRead(ref buffer, _options.MaxPacketBytes, out var frame))
                {
                    Handle(frame);
                    mayHandle = _handOver.IsCompleted || !_connAck.Task.IsCompleted;
                }

                _transport.Input.AdvanceTo(buffer.Start, mayHandle ? buffer.End : buffer.Start);
                if (!mayHandle) await _handOver.WaitAsync(_stop.Token).ConfigureAwait(false);
                else if (result.IsCompleted) break;
            }
        }
        catch (MqttProtocolException e)
        {
            reason = e;
            // Whoever breaks the rules hears which, where the version has words for it (§4.13).
            if (Version == ProtocolVersion.V5 && _connAck.Task.IsCompletedSuccessfully)
                await _sending.FinishAsync(new DisconnectPacket { Reason = e.Reason }.ToBytes(Version), _options.Clock).ConfigureAwait(false);
        }
        catch (Exception e) when (MqttOutage.IsOfTransport(e))
        {
            reason = e;
        }

        Close(reason);
        await EndAsync(_transport.Input.CompleteAsync()).ConfigureAwait(false);
    }

    // A writer over a stream flushes what is left, and a server that is gone makes that fail: the connection has ended already.
    private async Task EndAsync(ValueTask ending)
    {
        try
        {
            await ending.ConfigureAwait(false);
        }
        catch (Exception e) when (MqttOutage.IsOfTransport(e))
        {
            Close(e);
        }
    }

    private void Handle(PacketFrame frame)
    {
        _ping.Heard();
        if (!_connAck.Task.IsCompleted && frame.Type is not (PacketType.ConnAck or PacketType.Auth or PacketType.Disconnect))
            throw new MqttProtocolException($"The server sent {frame.Type} before CONNACK ([MQTT-3.2.0-1]).");

        switch (frame.Type)
        {
            case PacketType.ConnAck:
                OnConnAck(ConnAckPacket.Read(frame, Version));
                break;
            case PacketType.Publish:
                var publish = PublishPacket.Read(frame, Version, PacketSender.Server);
                _receiver.OnPublish(publish, _aliases.Topic(publish));
                break;
            case PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp:
                _receiver.OnAck(AckPacket.Read(frame, Version));
                break;
            case PacketType.SubAck:
                var granted = SubAckPacket.Read(frame, Version);
                Requests.Complete(granted.PacketId, new(granted.Reasons, granted.ReasonString, granted.UserProperties));
                break;
            case PacketType.UnsubAck:
                var ended = UnsubAckPacket.Read(frame, Version);
                Requests.Complete(ended.PacketId, new(ended.Reasons, ended.ReasonString, ended.UserProperties));
                break;
            case PacketType.PingResp:
                frame.ExpectEmpty();
                break;
            case PacketType.Disconnect when Version == ProtocolVersion.V5:
                throw new MqttDisconnectedException(DisconnectPacket.Read(frame, Version, PacketSender.Server));
            case PacketType.Auth when Version == ProtocolVersion.V5:
                _ = AnswerAsync(AuthPacket.Read(frame, Version, PacketSender.Server));
                break;
            default:
                throw new MqttProtocolException($"The server sent {frame.Type}.");
        }
    }

    private void OnConnAck(ConnAckPacket answer)
    {
        if (_connAck.Task.IsCompleted) throw new MqttProtocolException("The server sent a second CONNACK.");

        Server = new(answer);
        _sending.Agree(answer, _options.MaxTopicAliases);
        _authentication.Finish(answer.AuthenticationData);
        _connAck.TrySetResult(answer);
    }

    private async Task AnswerAsync(AuthPacket packet)
    {
        try
        {
            await _authentication.AnswerAsync(packet, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) // whatever the caller's authenticator throws is told through Closed
        {
            Close(e);
        }
    }
}
