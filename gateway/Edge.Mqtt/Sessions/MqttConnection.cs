using System.IO.Pipelines;
using System.Net;

using Edge.Mqtt.Wire;
using Edge.Transport;

using Microsoft.AspNetCore.Connections;

namespace Edge.Mqtt.Sessions;

/// <summary>One connection, from its first byte to its one end reason: reads and dispatches, one packet after the other, while its outbox is written.</summary>
internal sealed class MqttConnection : IHeartbeatHandler
{
    private readonly IDuplexPipe _transport;
    private readonly ConnectionPass _pass;
    private readonly SessionLifecycle _lifecycle;
    private readonly TimeProvider _clock;
    private readonly long _opened;
    private long _heard;
    private LiveSession? _live;

    public MqttConnection(IDuplexPipe transport, ConnectionPass pass, MqttListenerPolicy policy, SessionLifecycle lifecycle, TimeProvider clock)
    {
        (_transport, _pass, Policy, _lifecycle, _clock) = (transport, pass, policy, lifecycle, clock);
        Outbox = new(new(Options.OutboxMessages, Options.OutboxBytes));
        _opened = _heard = clock.GetTimestamp();
    }

    public MqttListenerPolicy Policy { get; }

    public EndPoint? Remote => _pass.Remote;

    public Outbox<OutgoingPacket> Outbox { get; }

    public StringCache Topics { get; } = new();

    public TimeSpan Silence => _clock.GetElapsedTime(Interlocked.Read(ref _heard));

    public TimeSpan Age => _clock.GetElapsedTime(_opened);

    public void End(EndReason reason, string detail) => _pass.TryEnd(reason, detail);

    public void Post(in OutgoingPacket packet)
    {
        if (!Outbox.TryPost(packet, packet.Size)) End(EndReason.SlowConsumer, "It does not read its answers; mqtt:outboxMessages is reached.");
    }

    /// <summary>The bug that ended the connection, for the log; null for none.</summary>
    public Exception? Bug { get; private set; }

    private MqttOptions Options => _lifecycle.Options;

    private int MaxPacketBytes => _live is null ? Math.Min(Options.MaxConnectBytes, Options.MaxPacketBytes) : Options.MaxPacketBytes;

    /// <summary>Serves the client until the connection ends; the reason is the pass's.</summary>
    public async Task RunAsync()
    {
        using var stopWriting = new CancellationTokenSource();
        var writing = WriteAsync(stopWriting.Token);
        try
        {
            await ReadGuardedAsync().ConfigureAwait(false);
        }
        finally
        {
            await FinishWritingAsync(writing, stopWriting).ConfigureAwait(false);
            if (_live is { } live) await _lifecycle.EndAsync(live, _pass.Reason!.Value).ConfigureAwait(false);
            await CompleteAsync().ConfigureAwait(false);
        }
    }

    // A pipe over a stream flushes what is left when it is completed; a peer that is gone by then is no fault of ours.
    private async Task CompleteAsync()
    {
        try
        {
            await _transport.Input.CompleteAsync().ConfigureAwait(false);
            await _transport.Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The end and its reason are told already: this comes after it.
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
            End(e.IsLimit ? EndReason.LimitExceeded : EndReason.ProtocolError, e.Message);
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
            End(EndReason.InternalError, e.Message);
        }
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            var result = await _transport.Input.ReadAsync(_pass.Ended).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (!buffer.IsEmpty) Interlocked.Exchange(ref _heard, _clock.GetTimestamp());

            while (!_pass.Ended.IsCancellationRequested && PacketFrame.TryRead(ref buffer, MaxPacketBytes, out var frame))
                await HandleAsync(frame).ConfigureAwait(false);

            if (_pass.Ended.IsCancellationRequested || result.IsCompleted) return;
            _transport.Input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private ValueTask HandleAsync(PacketFrame frame) =>
        _live is { } live ? _lifecycle.HandleAsync(live, this, frame, _pass.Ended) : ConnectAsync(frame);

    private async ValueTask ConnectAsync(PacketFrame frame)
    {
        if (frame.Type != PacketType.Connect) throw new MqttProtocolException($"{frame.Type} before CONNECT ([MQTT-3.1.0-1]).");

        var packet = ConnectPacket.Read(frame);
        _pass.Client = packet.ClientId.Length > 0 ? packet.ClientId : "(unnamed)";
        var (live, answer, refusal) = await _lifecycle.ConnectAsync(packet, this, _pass.Ended).ConfigureAwait(false);
        _live = live;
        Post(answer); // before anything that the session has waiting
        if (live is null)
        {
            End(EndReason.Refused, refusal);
            return;
        }

        _pass.Client = live.ClientId;
        await _lifecycle.BeginAsync(live, _pass.Ended).ConfigureAwait(false);
    }

    private async Task WriteAsync(CancellationToken cancel)
    {
        try
        {
            if (!await Outbox.PumpAsync(_transport.Output, OutgoingPacket.Write, cancel).ConfigureAwait(false))
                End(EndReason.PeerGone, "The client reads no more.");
        }
        catch (OperationCanceledException)
        {
            // The connection ends, and whoever ended it gave the reason.
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or InvalidOperationException)
        {
            End(EndReason.PeerGone, e.Message);
        }
    }

    // Only a refusal has something to say that must still get through: CONNACK. It is given a moment; a peer that does not read gets none.
    private async Task FinishWritingAsync(Task writing, CancellationTokenSource stop)
    {
        Outbox.Complete();
        if (_pass.Reason is EndReason.Refused)
            await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(2), _clock)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);
    }
}
