using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;

using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Client;

/// <summary>The inside of a client: one loop reads, one writes, one hands messages over, one timer pings.</summary>
internal sealed class MqttClientConnection : IAsyncDisposable
{
    private const int OutboxMessages = 4096;

    private readonly IDuplexPipe _transport;
    private readonly MqttClientOptions _options;
    private readonly Outbox<OutgoingPacket> _outbox = new(new(OutboxMessages, long.MaxValue));
    private readonly Channel<Arrived> _arrived;
    private readonly Channel<MqttMessage> _messages;
    private readonly StringCache _topics = new();
    private readonly HashSet<ushort> _incomplete = []; // QoS 2 taken, PUBREL awaited
    private readonly TaskCompletionSource<(bool SessionPresent, byte Code)> _connAck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly KeepAlivePing _ping;
    private Task _loops = Task.CompletedTask;
    private long _dropped;

    public MqttClientConnection(IDuplexPipe transport, MqttClientOptions options)
    {
        (_transport, _options) = (transport, options);
        _arrived = Channel.CreateBounded<Arrived>(new BoundedChannelOptions(options.MaxWaiting) { SingleReader = true, SingleWriter = true });
        _messages = Channel.CreateBounded<MqttMessage>(new BoundedChannelOptions(options.MaxWaiting) { SingleWriter = true });
        _ping = new(options, () => TryPost(OutgoingPacket.PingReq), Close);
    }

    public bool SessionPresent { get; private set; }

    public PendingRequests Requests { get; } = new();

    public ChannelReader<MqttMessage> Messages => _messages.Reader;

    public Task<Exception?> Closed => _closed.Task;

    public long Dropped => Interlocked.Read(ref _dropped);

    public async Task HandshakeAsync(CancellationToken cancel)
    {
        var connect = new ConnectPacket
        {
            ClientId = _options.ClientId,
            CleanSession = _options.CleanSession,
            KeepAlive = checked((ushort)_options.KeepAliveSeconds),
            Will = _options.Will,
            UserName = _options.UserName ?? (_options.Password is null ? null : ""),
            Password = _options.Password,
        };
        TryPost(OutgoingPacket.Ready(PacketType.Connect, connect.ToBytes()));
        _loops = Task.WhenAll(Task.Run(ReadAsync, CancellationToken.None), Task.Run(WriteAsync, CancellationToken.None), Task.Run(HandOverAsync, CancellationToken.None));

        var (sessionPresent, code) = await _connAck.Task.WaitAsync(_options.ConnectTimeout, _options.Clock, cancel).ConfigureAwait(false);
        if (code != 0) throw new MqttConnectRefusedException(code);

        SessionPresent = sessionPresent;
        _ping.Start();
    }

    /// <exception cref="IOException">The connection is gone.</exception>
    public async ValueTask SendAsync(OutgoingPacket packet, CancellationToken cancel)
    {
        while (!TryPost(packet))
        {
            if (!await _outbox.WaitToPostAsync(cancel).ConfigureAwait(false)) throw new IOException("The connection is closed.");
        }
    }

    public async Task DisconnectAsync()
    {
        if (!_closed.Task.IsCompleted)
        {
            TryPost(OutgoingPacket.Disconnect);
            _outbox.Complete();
            await Task.WhenAny(_written.Task, Task.Delay(TimeSpan.FromSeconds(2), _options.Clock)).ConfigureAwait(false);
        }

        Close(null);
    }

    public void Close(Exception? reason)
    {
        if (!_closed.TrySetResult(reason)) return;

        var failure = reason ?? new IOException("The connection is closed.");
        _outbox.Complete();
        _ping.Dispose();
        _connAck.TrySetException(failure);
        Requests.FailAll(failure);
        _arrived.Writer.TryComplete();
        _messages.Writer.TryComplete();
        _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Close(null);
        await _loops.ConfigureAwait(false);
        if (_transport is IAsyncDisposable disposable) await disposable.DisposeAsync().ConfigureAwait(false);
        _ = _connAck.Task.Exception;
    }

    private bool TryPost(in OutgoingPacket packet)
    {
        _ping.Sent();
        return _outbox.TryPost(packet, packet.Size);
    }

    private async Task WriteAsync()
    {
        Exception? failure = null;
        try
        {
            if (!await _outbox.PumpAsync(_transport.Output, OutgoingPacket.Write, _stop.Token).ConfigureAwait(false))
                failure = new IOException("The server closed the connection.");
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
        {
            failure = e;
        }

        _written.TrySetResult();
        if (failure is not null) Close(failure);
        await _transport.Output.CompleteAsync().ConfigureAwait(false);
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
                while (PacketFrame.TryRead(ref buffer, _options.MaxPacketBytes, out var frame)) Handle(frame);
                _transport.Input.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted) break;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or MqttProtocolException or InvalidOperationException or ObjectDisposedException)
        {
            reason = e;
        }

        Close(reason);
        await _transport.Input.CompleteAsync().ConfigureAwait(false);
    }

    private void Handle(PacketFrame frame)
    {
        _ping.Heard();
        switch (frame.Type)
        {
            case PacketType.ConnAck:
                var answer = ConnAckPacket.Read(frame, ProtocolVersion.V311);
                _connAck.TrySetResult((answer.SessionPresent, ConnAckPacket.ReturnCodeOf(answer.Reason)));
                break;
            case PacketType.Publish:
                Take(PublishPacket.Read(frame, ProtocolVersion.V311, PacketSender.Server));
                break;
            case PacketType.PubAck or PacketType.PubComp:
                Requests.Complete(AckPacket.Read(frame, ProtocolVersion.V311).PacketId, []);
                break;
            case PacketType.UnsubAck:
                Requests.Complete(UnsubAckPacket.Read(frame, ProtocolVersion.V311).PacketId, []);
                break;
            case PacketType.PubRec:
                TryPost(OutgoingPacket.Ack(PacketType.PubRel, AckPacket.Read(frame, ProtocolVersion.V311).PacketId));
                break;
            case PacketType.PubRel:
                var id = AckPacket.Read(frame, ProtocolVersion.V311).PacketId;
                _incomplete.Remove(id);
                TryPost(OutgoingPacket.Ack(PacketType.PubComp, id));
                break;
            case PacketType.SubAck:
                var granted = SubAckPacket.Read(frame, ProtocolVersion.V311);
                Requests.Complete(granted.PacketId, [.. granted.Reasons.Select(r => (byte)r)]);
                break;
            case PacketType.PingResp:
                frame.ExpectEmpty();
                break;
            default:
                throw new MqttProtocolException($"The server sent {frame.Type}.");
        }
    }

    private void Take(in PublishPacket packet)
    {
        var isRepeated = packet.QoS == MqttQoS.ExactlyOnce && !_incomplete.Add(packet.PacketId);
        if (isRepeated)
        {
            TryPost(OutgoingPacket.Ack(PacketType.PubRec, packet.PacketId));
            return;
        }

        var message = new MqttMessage(_topics.Topic(packet.Topic.Span), packet.Payload.ToArray(), packet.QoS, packet.Retain);
        if (_arrived.Writer.TryWrite(new(message, packet.PacketId))) return;
        if (packet.QoS > MqttQoS.AtMostOnce) throw new IOException($"More than {_options.MaxWaiting} messages wait for their handler.");

        Interlocked.Increment(ref _dropped);
    }

    private async Task HandOverAsync()
    {
        try
        {
            await foreach (var (message, id) in _arrived.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                if (_options.OnMessage is { } handler) await handler(message, _stop.Token).ConfigureAwait(false);
                else await _messages.Writer.WriteAsync(message, _stop.Token).ConfigureAwait(false);

                if (message.QoS == MqttQoS.AtLeastOnce) TryPost(OutgoingPacket.Ack(PacketType.PubAck, id));
                if (message.QoS == MqttQoS.ExactlyOnce) TryPost(OutgoingPacket.Ack(PacketType.PubRec, id));
            }
        }
        catch (Exception e) // whatever the caller's handler throws is told through Closed
        {
            Close(e);
        }
    }

    private readonly record struct Arrived(MqttMessage Message, ushort PacketId);
}
