using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;

using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Modules.Components;

/// <summary>Takes components' connections in, and ends them in order when the gateway stops.</summary>
internal sealed class ComponentServer(
    ComponentHost host, ComponentNames names, Heartbeat heartbeat, TransportMetrics metrics, ILogger<ConnectionGate> gateLogger) : IHostedLifecycleService
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    private readonly ConnectionGate _gate = new("xmpp", host.Options.Connections, metrics, host.Clock, gateLogger);
    private readonly ConcurrentDictionary<ComponentSession, Task> _sessions = [];
    private volatile bool _isStopping;

    /// <summary>Serves a connection of Kestrel's.</summary>
    public Task OnConnectedAsync(ConnectionContext connection) => ServeAsync(connection.Transport, connection.RemoteEndPoint);

    /// <summary>Serves any pair of pipes until the session has ended. The pipes stay their owner's.</summary>
    public async Task ServeAsync(IDuplexPipe transport, EndPoint? remote)
    {
        using var pass = _gate.TryEnter(remote);
        if (pass is null || _isStopping)
        {
            await RefuseAsync(transport).ConfigureAwait(false);
            return;
        }

        using var session = new ComponentSession(host, pass, transport);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sessions[session] = done.Task;
        heartbeat.Add(session);
        if (_isStopping) End(session); // who stops the server may have looked just before it was there
        try
        {
            await session.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            heartbeat.Remove(session);
            _sessions.TryRemove(session, out _);
            done.SetResult();
        }
    }

    private async Task RefuseAsync(IDuplexPipe transport)
    {
        var fault = _isStopping
            ? new StreamFault(StreamErrors.SystemShutdown, "The server stops.")
            : new StreamFault(StreamErrors.ResourceConstraint, "The server takes no more connections now.");
        var stream = new ComponentStream(transport, host.Options, host.Clock);
        try
        {
            await stream.WriteAsync(stream.Header(null) + XmlText.ToText(fault.ToElement()) + StreamText.End, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ConnectionAbortedException)
        {
            // It did not wait for the answer.
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        names.Check();
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Before the listeners stop: they wait for their connections.
    public Task StoppingAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        var open = _sessions.ToArray();
        foreach (var (session, _) in open) End(session);
        try
        {
            await Task.WhenAll(open.Select(o => o.Value)).WaitAsync(StopTime, host.Clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Components that do not read are cut off with the listener.
        }
    }

    private static void End(ComponentSession session) => session.End(EndReason.Shutdown, StreamErrors.SystemShutdown, "The server stops.");
}

/// <summary>What all components' sessions share.</summary>
internal sealed partial class ComponentHost(
    ComponentTable table, StanzaRouter router, XmppDomain domain, SessionSetting setting, ILogger<ComponentSession> logger)
{
    public ComponentTable Table => table;

    public StanzaRouter Router => router;

    public XmppDomain Domain => domain;

    public XmppOptions Options => setting.Options.Value;

    public TimeProvider Clock => setting.Clock;

    public void LogBug(Exception e, string client) => LogFailed(e, client);

    [LoggerMessage(EventId = 3600, Level = LogLevel.Error, Message = "The session of the component {Component} failed")]
    private partial void LogFailed(Exception e, string component);
}
