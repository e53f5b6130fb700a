using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;

using Edge.Transport;
using Edge.Xmpp.Wire;

using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Sessions;

/// <summary>Takes connections in, and ends them in order when the gateway stops.</summary>
internal sealed class XmppServer(
    SessionHost host, Heartbeat heartbeat, TransportMetrics metrics, TimeProvider clock, ILogger<ConnectionGate> gateLogger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private readonly ConnectionGate _gate = new("xmpp", host.Options.Connections, metrics, clock, gateLogger);
    private readonly ConcurrentDictionary<XmppSession, Task> _sessions = [];
    private readonly Lingering _lingering = new(clock);
    private volatile bool _isStopping;

    /// <summary>How many connections there are.</summary>
    public int Count => _gate.Count;

    /// <summary>Where connections come in, for those that are turned away before there is a stream.</summary>
    public ConnectionGate Gate => _gate;

    /// <summary>Serves a connection of Kestrel's.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection, XmppListenerPolicy policy)
    {
        var tls = connection.Features.Get<ISslStreamFeature>() is { } below ? TlsFacts.Of(below.SslStream) : null;
        var arrival = connection.Features.Get<Arrival>();
        arrival?.HasShakenHands = true;
        var stream = new TcpStream(connection.Transport, host.Streams, tls);
        var reason = await ServeAsync(stream, connection.RemoteEndPoint, policy, arrival is not null).ConfigureAwait(false);
        await _lingering.ReadOnAsync(connection.Transport.Input, reason).ConfigureAwait(false);
    }

    /// <summary>Looks at a connection before its TLS handshake, and tells of handshakes that fail.</summary>
    public async Task GuardAsync(ConnectionContext connection, ConnectionDelegate next, string tlsRemedy)
    {
        if (!_gate.MayCome(connection.RemoteEndPoint))
        {
            connection.Abort(); // without a handshake there is nothing to say it with
            return;
        }

        var arrival = new Arrival();
        connection.Features.Set(arrival);
        await next(connection).ConfigureAwait(false);
        if (!arrival.HasShakenHands) _gate.Refused(connection.RemoteEndPoint, $"its TLS handshake failed. {tlsRemedy}");
    }

    /// <summary>Serves any pair of pipes until the session has ended. The pipes stay their owner's.</summary>
    /// <returns>Why it ended; null where it was not let in.</returns>
    public Task<EndReason?> ServeAsync(IDuplexPipe transport, EndPoint? remote, XmppListenerPolicy policy, TlsFacts? tls = null) =>
        ServeAsync(new TcpStream(transport, host.Streams, tls), remote, policy);

    /// <summary>Serves a stream, whatever carries it, until the session has ended.</summary>
    /// <param name="stream">The stream; it ends here.</param>
    /// <param name="remote">Where it comes from; null in memory.</param>
    /// <param name="policy">What its listener allows.</param>
    /// <param name="hasCome">The gate has been asked for it before.</param>
    /// <returns>Why it ended; null where it was not let in.</returns>
    public async Task<EndReason?> ServeAsync(IXmppStream stream, EndPoint? remote, XmppListenerPolicy policy, bool hasCome = false)
    {
        using var pass = _gate.TryEnter(remote, hasCome);
        if (pass is null || _isStopping)
        {
            host.Metrics.Refused("connection");
            await RefuseAsync(stream).ConfigureAwait(false);
            return null;
        }

        await using var session = new XmppSession(host, pass, stream, policy);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sessions[session] = done.Task;
        heartbeat.Add(session);
        if (_isStopping) End(session); // who stops the server may have looked just before it was there
        try
        {
            await session.RunAsync().ConfigureAwait(false);
            return pass.Reason;
        }
        finally
        {
            heartbeat.Remove(session);
            _sessions.TryRemove(session, out _);
            done.SetResult();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Before the listeners stop: they wait for their connections.
    public Task StoppingAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        _lingering.Stop();
        var open = _sessions.ToArray();
        foreach (var (session, _) in open) End(session);
        var away = host.Sessions.All.Where(r => r.TryEndAway()).ToList(); // kept in memory only: what they did not get goes back now
        try
        {
            await Task.WhenAll(open.Select(o => o.Value).Concat(away.Select(r => r.Departed))).WaitAsync(StopTime, host.Clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Clients that do not read are cut off with the listener.
        }
    }

    public void Dispose() => _lingering.Dispose();

    private static void End(XmppSession session) => session.End(EndReason.Shutdown, StreamErrors.SystemShutdown, "The server stops.");

    private async Task RefuseAsync(IXmppStream stream)
    {
        var fault = _isStopping
            ? new StreamFault(StreamErrors.SystemShutdown, "The server stops.")
            : new StreamFault(StreamErrors.ResourceConstraint, "The server takes no more connections now.");
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                await stream.CloseAsync(fault, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or ConnectionAbortedException)
            {
                // It did not wait for the answer.
            }
        }
    }

    /// <summary>A connection that the gate was asked for before its TLS handshake.</summary>
    private sealed class Arrival
    {
        public bool HasShakenHands { get; set; }
    }
}
