using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;

using Edge.Mqtt.Features;
using Edge.Mqtt.Sessions;
using Edge.Transport;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Edge.Mqtt;

/// <summary>The broker: serves connections over whatever brings their bytes, from the start of the host to its end.</summary>
internal sealed partial class MqttBroker(
    SessionRegistry sessions, SessionLifecycle lifecycle, FeatureSet features, BrokerTransport transport, ILogger<MqttBroker> logger)
    : IHostedService, IHeartbeatHandler, IDisposable
{
    private readonly ConcurrentDictionary<ConnectionPass, Task> _connections = new(ReferenceEqualityComparer.Instance);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private Task _sweep = Task.CompletedTask;

    /// <summary>How many connections are open.</summary>
    public int ConnectionCount => transport.Gate.Count;

    /// <summary>Where connections come in: a listener asks it first.</summary>
    public ConnectionGate Gate => transport.Gate;

    /// <summary>Loads what clients left, and lets features begin; connections that come earlier wait.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await sessions.LoadAsync(transport.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        await features.StartingAsync(cancellationToken).ConfigureAwait(false);
        transport.Heartbeat.Add(this);
        _started.TrySetResult();
    }

    /// <summary>Ends every connection, and waits until each session is closed and stored.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        transport.Heartbeat.Remove(this);
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var pass in _connections.Keys) pass.TryEnd(EndReason.Shutdown, "The gateway stops.");
        await Task.WhenAll(_connections.Values).WaitAsync(cancellationToken).ConfigureAwait(false);
        await _sweep.ConfigureAwait(false);
    }

    /// <summary>Serves one client over a pipe: TLS, memory.</summary>
    /// <returns>Why it ended; null where there was no room for it.</returns>
    public Task<EndReason?> ServeAsync(
        IDuplexPipe pipe, EndPoint? remote, MqttListenerPolicy policy, X509Certificate2? clientCertificate = null, CancellationToken closeRequested = default) =>
        ServeAsync(pipe, new(pipe.Input, new PipeSender(pipe.Output), policy, clientCertificate), remote, closeRequested);

    /// <summary>As above, with the wire over the pipe given.</summary>
    public async Task<EndReason?> ServeAsync(IDuplexPipe pipe, MqttWire wire, EndPoint? remote, CancellationToken closeRequested)
    {
        var reason = await ServeAsync(wire, remote, closeRequested).ConfigureAwait(false);
        try
        {
            await pipe.Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // A pipe over a stream flushes what is left; a peer that is gone by then is no fault of ours.
        }

        return reason;
    }

    /// <summary>Serves one client until its connection ends.</summary>
    /// <returns>Why it ended; null where there was no room for it.</returns>
    public async Task<EndReason?> ServeAsync(MqttWire wire, EndPoint? remote, CancellationToken closeRequested = default)
    {
        if (!_started.Task.IsCompleted) await _started.Task.WaitAsync(_stopping.Token).ConfigureAwait(false);
        using var pass = transport.Gate.TryEnter(remote, wire.HasCome);
        if (pass is null) return null;

        var connection = new MqttConnection(wire, pass, lifecycle);
        using var close = closeRequested.Register(() => pass.TryEnd(EndReason.Shutdown, "The listener stops."));
        transport.Heartbeat.Add(connection);
        try
        {
            var running = connection.RunAsync();
            _connections[pass] = running;
            if (_stopping.IsCancellationRequested) pass.TryEnd(EndReason.Shutdown, "The gateway stops.");
            await running.ConfigureAwait(false);
        }
        finally
        {
            transport.Heartbeat.Remove(connection);
            _connections.TryRemove(pass, out _);
            if (connection.Bug is { } bug) LogBug(bug, pass.Client);
        }

        return pass.Reason;
    }

    /// <inheritdoc/>
    public void OnHeartbeat(long timestamp, DateTimeOffset now)
    {
        if (_sweep.IsCompleted && sessions.HasExpired(now)) _sweep = SweepAsync(now);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task SweepAsync(DateTimeOffset now)
    {
        try
        {
            await sessions.DropExpiredAsync(now, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Stopping, or the store does not take it now, which the journal has logged: the next sweep tries again.
        }
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "A bug ended the connection of {ClientId}")]
    private partial void LogBug(Exception e, string clientId);
}

/// <summary>What the broker stands on.</summary>
internal sealed record BrokerTransport(ConnectionGate Gate, Heartbeat Heartbeat, TimeProvider Clock);
