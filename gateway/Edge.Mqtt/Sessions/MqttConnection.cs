using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;

using Edge.Mqtt.Wire;
using Edge.Transport;

using Microsoft.AspNetCore.Connections;

namespace Edge.Mqtt.Sessions;

/// <summary>What brings a connection's bytes.</summary>
/// <param name="Input">From the client.</param>
/// <param name="Output">To the client.</param>
/// <param name="Policy">What the listener allows.</param>
/// <param name="ClientCertificate">What the client showed; null for nothing.</param>
internal sealed record MqttWire(PipeReader Input, IByteSender Output, MqttListenerPolicy Policy, X509Certificate2? ClientCertificate = null)
{
    /// <summary>The gate was asked for it already, before its TLS handshake (<see cref="ConnectionGate.MayCome"/>).</summary>
    public bool HasCome { get; init; }
}

/// <summary>One connection, from its first byte to its one end reason: reads and dispatches, one packet after the other, and collects what that
/// gives to write, to whomever, until everything that has come is dealt with.</summary>
internal sealed class MqttConnection : IHeartbeatHandler
{
    // What a client that is ended has to be told, it is given this long to read.
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2);

    private readonly MqttWire _wire;
    private readonly ConnectionPass _pass;
    private readonly SessionLifecycle _lifecycle;
    private readonly long _opened;
    private long _heard;
    private long _bytesIn;
    private long _packetsIn;
    private volatile bool _isHandling;
    private Handshake? _handshake;
    private LiveSession? _live;

    public MqttConnection(MqttWire wire, ConnectionPass pass, SessionLifecycle lifecycle)
    {
        (_wire, _pass, _lifecycle) = (wire, pass, lifecycle);
        Outbox = new(wire.Output, new(Options.OutboxMessages, Options.OutboxBytes), lifecycle.Clock);
        Outbox.PeerGone += () => End(EndReason.PeerGone, Outbox.Fault?.Message ?? "The client reads no more.");
        _opened = _heard = lifecycle.Clock.GetTimestamp();
    }

    public MqttOptions Options => _lifecycle.Options;

    public MqttListenerPolicy Policy => _wire.Policy;

    public X509Certificate2? ClientCertificate => _wire.ClientCertificate;

    public EndPoint? Remote => _pass.Remote;

    public ByteOutbox Outbox { get; }

    public DateTimeOffset Now => _lifecycle.Clock.GetUtcNow();

    // While a packet of its is waited for, what comes behind is not read: that is not the client's silence.
    public TimeSpan Silence => _isHandling ? TimeSpan.Zero : _lifecycle.Clock.GetElapsedTime(Interlocked.Read(ref _heard));

    public TimeSpan Age => _lifecycle.Clock.GetElapsedTime(_opened);

    public long BytesIn => Interlocked.Read(ref _bytesIn);

    public long PacketsIn => Interlocked.Read(ref _packetsIn);

    /// <summary>The bug that ended the connection, for the log; null for none.</summary>
    public Exception? Bug { get; private set; }

    private int MaxPacketBytes => _live is null ? Math.Min(Options.MaxConnectBytes, Options.MaxPacketBytes) : Options.MaxPacketBytes;

    public void End(EndReason reason, string detail, MqttReason? code = null)
    {
        _pass.TryEnd(reason, detail, (byte?)code);
    }

    public void Post(byte[] packet)
    {
        if (!Outbox.TryPost(packet.Length, packet, static (output, in bytes) => bytes.CopyTo(output))) IsFull();
    }

    public void Post(in AckPacket packet, int size, ProtocolVersion version)
    {
        if (!Outbox.TryPost(size, (packet, version), static (output, in ack) => ack.packet.Write(output, ack.version))) IsFull();
    }

    public ValueTask<bool> DeliverAsync(LiveSession live, MqttMessage message, CancellationToken cancel) => _lifecycle.DeliverAsync(live, message, cancel);

    /// <summary>Serves the client until the connection ends; the reason is the pass's.</summary>
    public async Task RunAsync()
    {
        using var wake = _pass.Ended.UnsafeRegister(static input => ((PipeReader)input!).CancelPendingRead(), _wire.Input);
        try
        {
            await ReadGuardedAsync().ConfigureAwait(false);
        }
        finally
        {
            await SayWhyAsync().ConfigureAwait(false);
            if (_live is { } live) await _lifecycle.EndAsync(live, _pass.Reason!.Value).ConfigureAwait(false);
            await CompleteInputAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        if (_live is { } live) _lifecycle.Heartbeat(live);
        else if (Age >= TimeSpan.FromSeconds(Options.ConnectSeconds))
            End(EndReason.HandshakeTimeout, $"No CONNECT within mqtt:connectSeconds ({Options.ConnectSeconds}).");
    }

    // The one ladder of catches: whatever happens, exactly one reason stands afterwards.
    private async Task ReadGuardedAsync()
    {
        try
        {
            await ReadAsync().ConfigureAwait(false);
            End(EndReason.PeerGone, "The client closed the connection without DISCONNECT.");
        }
        catch (MqttProtocolException e)
        {
            End(e.IsLimit ? EndReason.LimitExceeded : EndReason.ProtocolError, e.Message, e.Reason);
        }
        catch (OperationCanceledException) when (_pass.Ended.IsCancellationRequested)
        {
            // Ended by somebody else, who gave the reason.
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            End(EndReason.PeerGone, e.Message);
        }
        catch (Exception e)
        {
            Bug = e;
            End(EndReason.InternalError, e.Message, MqttReason.ImplementationSpecificError);
        }
    }

    private async Task ReadAsync()
    {
        while (!_pass.Ended.IsCancellationRequested)
        {
            var result = await _wire.Input.ReadAsync().ConfigureAwait(false);
            var buffer = result.Buffer;
            if (!buffer.IsEmpty) Heard();

            var before = buffer.Length;
            while (TryHandle(ref buffer, out var handling)) await WaitForAsync(handling).ConfigureAwait(false);
            _bytesIn += before - buffer.Length;

            if (result.IsCompleted) return;
            _wire.Input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private async ValueTask WaitForAsync(ValueTask handling)
    {
        _isHandling = true;
        try
        {
            await handling.ConfigureAwait(false);
        }
        finally
        {
            Heard();
            _isHandling = false;
        }
    }

    private void Heard() => Interlocked.Exchange(ref _heard, _lifecycle.Clock.GetTimestamp());

    // Deals with whole packets as long as nothing has to be waited for, as one batch of writes. True where the caller has to wait, then call again.
    private bool TryHandle(ref System.Buffers.ReadOnlySequence<byte> buffer, out ValueTask handling)
    {
        var isMine = FlushBatch.Enter();
        try
        {
            while (!_pass.Ended.IsCancellationRequested && PacketFrame.TryRead(ref buffer, MaxPacketBytes, out var frame))
            {
                _packetsIn++; // by the reader alone
                handling = HandleAsync(frame);
                if (!handling.IsCompletedSuccessfully) return true;

                handling.GetAwaiter().GetResult();
            }

            handling = default;
            return false;
        }
        finally
        {
            if (isMine) FlushBatch.Leave();
        }
    }

    private ValueTask HandleAsync(PacketFrame frame) => _live is { } live ? _lifecycle.HandleAsync(live, frame, _pass.Ended) : ConnectAsync(frame);

    private async ValueTask ConnectAsync(PacketFrame frame)
    {
        try
        {
            await HandshakeAsync(frame).ConfigureAwait(false);
        }
        catch (MqttProtocolException e) when (_live is null && ConnectAnswer.ToViolation(frame, _handshake, e.Reason) is { } answer)
        {
            Post(answer);
            throw;
        }
    }

    private async ValueTask HandshakeAsync(PacketFrame frame)
    {
        ConnectOutcome outcome;
        if (_handshake is { } handshake)
        {
            if (frame.Type == PacketType.Disconnect)
            {
                End(EndReason.Closed, "DISCONNECT before it was in."); // as it may ([MQTT-3.1.2-30])
                return;
            }

            if (frame.Type != PacketType.Auth) throw new MqttProtocolException($"{frame.Type} before CONNACK ([MQTT-3.1.0-1], §4.12).");
            outcome = await _lifecycle.ContinueAsync(handshake, AuthPacket.Read(frame, ProtocolVersion.V5), this, _pass.Ended).ConfigureAwait(false);
        }
        else
        {
            if (frame.Type != PacketType.Connect) throw new MqttProtocolException($"{frame.Type} before CONNECT ([MQTT-3.1.0-1]).");

            var packet = ConnectPacket.Read(frame);
            _pass.Client = packet.ClientId.Length > 0 ? packet.ClientId : "(unnamed)";
            outcome = await _lifecycle.ConnectAsync(packet, this, _pass.Ended).ConfigureAwait(false);
        }

        (_live, _handshake) = (outcome.Session, outcome.GoesOn);
        // Before anything that the session has waiting; counted as its first packet where there is one.
        if (outcome.Session is { } opened) opened.Post(outcome.Answer);
        else Post(outcome.Answer);
        if (outcome.Refusal is { } refusal) End(EndReason.Refused, refusal);
        if (_live is not { } live) return;

        _pass.Client = live.ClientId;
        await _lifecycle.BeginAsync(live, _pass.Ended).ConfigureAwait(false);
    }

    private void IsFull() => End(EndReason.SlowConsumer, "It does not read its answers; mqtt:outboxMessages is reached.", MqttReason.QuotaExceeded);

    // A client of MQTT 5 is told why before the connection closes (§4.13); what was posted before goes out first. One that does not read gets no time.
    private async Task SayWhyAsync()
    {
        var reason = _pass.Reason!.Value;
        var farewell = _live is { Version: ProtocolVersion.V5 } live && DisconnectReason.Of(reason, (MqttReason?)_pass.Code) is { } code
            ? DisconnectReason.Packet(reason, code, _pass.Detail, Options.ServerReference, live.MaximumPacketSize)
            : [];
        Outbox.Complete(farewell); // nothing comes behind it ([MQTT-3.14.4-1])
        var patience = reason is EndReason.SlowConsumer or EndReason.KeepAliveTimeout or EndReason.PeerGone ? TimeSpan.Zero : LastWord;
        await Outbox.CompletedAsync(patience).ConfigureAwait(false);
    }

    // A pipe over a stream flushes what is left when it is completed; a peer that is gone by then is no fault of ours.
    private async Task CompleteInputAsync()
    {
        try
        {
            await _wire.Input.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The end and its reason are told already: this comes after it.
        }
    }
}
