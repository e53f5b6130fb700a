using System.Security.Authentication;

using Edge.Things;
using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.Sessions;

/// <summary>One connection from its first byte to its last: negotiation, then stanzas, then one reason for its end.</summary>
internal sealed partial class XmppSession : IHeartbeatHandler, IAsyncDisposable
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(3);

    private readonly SessionHost _host;
    private readonly ConnectionPass _pass;
    private readonly IXmppStream _stream;
    private readonly NegotiationState _state;
    private readonly Outbox<ReadOnlyMemory<byte>> _outbox;
    private readonly ClientLink _link;
    private readonly KeepAlive _keepAlive;
    private readonly CancellationTokenSource _pumpStop = new();
    private Task _pump = Task.CompletedTask;
    private StreamEnd? _ending;

    public XmppSession(SessionHost host, ConnectionPass pass, IXmppStream stream, XmppListenerPolicy policy)
    {
        (_host, _pass, _stream) = (host, pass, stream);
        _outbox = new(new(host.Options.OutboxStanzas, host.Options.OutboxBytes));
        _link = new(_outbox, new(policy.Name, stream.Binding, pass.Remote, host.Clock.GetUtcNow()), TryEnd, pass.Ended);
        _state = new(stream, policy, pass.Remote, MakeResource) { Link = _link };
        _keepAlive = new(host.Options, host.Clock);
    }

    /// <summary>Runs until the connection has ended. It does not throw.</summary>
    public async Task RunAsync()
    {
        try
        {
            if (await new StreamNegotiator(_host, _state).RunAsync(_pass.Ended).ConfigureAwait(false)) await ServeAsync(_state.Bound!).ConfigureAwait(false);
            TryEnd(new(EndReason.Closed, null, "The client closed its stream."));
        }
        catch (Exception e)
        {
            TryEnd(Explain(e));
        }

        if (_ending!.Reason == EndReason.SlowConsumer) _host.Metrics.Overflowed();
        if (_stream.Rate.IsOverrun) _host.Metrics.Refused("rate");
        _link.Trace?.Ended(_ending);
        await LeaveAsync(_ending.Reason).ConfigureAwait(false);
        await SayGoodbyeAsync(_ending).ConfigureAwait(false);
    }

    /// <summary>Ends the session from outside: from another session, the heartbeat, or the server's own end.</summary>
    public void End(EndReason reason, string condition, string text) => TryEnd(new(reason, new StreamFault(condition, text)));

    public void OnHeartbeat(long timestamp, DateTimeOffset now) => _keepAlive.Check(timestamp, _stream.LastReceived, _state.Bound, this);

    private async Task ServeAsync(BoundResource bound)
    {
        _pass.Client = bound.Jid.ToString();
        _link.Facts.Tls = _state.Tls?.Version;
        _host.Traces.Attend(bound);
        _host.Metrics.Joined(bound);
        _pump = PumpAsync();
        while (true)
        {
            var part = await _stream.ReadAsync(_pass.Ended).ConfigureAwait(false);
            if (part.IsEnd) return;
            if (part.Stanza is not { } element) throw new XmppStreamException(StreamErrors.BadFormat, "A stream begins within another.");

            _link.Trace?.Received(element);
            if (element.Kind == StanzaKind.Other)
            {
                await TakeAsync(bound, element).ConfigureAwait(false);
            }
            else
            {
                // What a resource that may outlive its connection asked for is done to the end: it is told the outcome when it comes back.
                await _host.Router.RouteAsync(bound, element, bound.IsKept ? bound.Gone : _pass.Ended).ConfigureAwait(false);
                bound.Traffic.Received(element);
            }

            _stream.Rate.Taken();
            await _stream.Rate.PauseAsync(_pass.Ended).ConfigureAwait(false);
        }
    }

    private ValueTask TakeAsync(BoundResource bound, Stanza element) =>
        _host.FindHandler(element)?.RunAsync(bound, element, _pass.Ended) ?? throw PeerStreamException.Find(element)
        ?? (Exception)new XmppStreamException(StreamErrors.UnsupportedStanzaType, "Only message, presence and iq are known here.");

    private BoundResource MakeResource(string fullJid)
    {
        _link.Facts.Tls = _state.Tls?.Version; // before anybody can see the session
        return new(Jid.Parse(fullJid), _stream.Header.Language, _link);
    }

    private void TryEnd(StreamEnd ending)
    {
        if (Interlocked.CompareExchange(ref _ending, ending, null) is null) _pass.TryEnd(ending.Reason, ending.Text);
    }

    private StreamEnd Explain(Exception e)
    {
        switch (e)
        {
            case XmppStreamException broken:
                var reason = broken.Condition switch
                {
                    StreamErrors.PolicyViolation => EndReason.LimitExceeded,
                    StreamErrors.NotAuthorized => EndReason.Refused,
                    StreamErrors.InvalidFrom => EndReason.Forbidden,
                    _ => EndReason.ProtocolError,
                };
                return new(reason, StreamFault.Of(broken));
            case PeerStreamException told:
                return new(EndReason.Closed, null, told.Message);
            case AuthenticationException:
                return new(EndReason.Refused, null, "TLS could not be agreed on: " + e.Message);
            case EndOfStreamException or IOException or OperationCanceledException or Microsoft.AspNetCore.Connections.ConnectionAbortedException:
                return new(EndReason.PeerGone, null, e.Message);
            default:
                LogBug(e);
                return new(EndReason.InternalError, new StreamFault(StreamErrors.InternalServerError, "The server failed; this is in its log."));
        }
    }

    // The resource may stay, for its client to come back.
    private async Task LeaveAsync(EndReason reason)
    {
        var isGone = _state.Bound is { } bound && !bound.LetGo(_link, reason);
        _link.SetReleased();
        if (isGone) await _host.Departure.SeeOffAsync(_state.Bound!).ConfigureAwait(false);
    }

    private async Task PumpAsync()
    {
        try
        {
            await _outbox.PumpAsync(_stream, _pumpStop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Told below, where nobody has said yet why the connection ended.
        }
        catch (Exception e)
        {
            TryEnd(Explain(e));
        }

        TryEnd(new(EndReason.PeerGone, null, "The client reads no more."));
    }

    /// <summary>Writes what still waits, the error, and the end of the stream; not to a client that has gone, or does not read.</summary>
    private async Task SayGoodbyeAsync(StreamEnd ending)
    {
        var isThere = ending.Reason is not (EndReason.PeerGone or EndReason.SlowConsumer);
        try
        {
            if (!isThere) await _pumpStop.CancelAsync().ConfigureAwait(false);
            _outbox.Complete();
            await _pump.WaitAsync(GoodbyeTime, _host.Clock).ConfigureAwait(false);
            if (isThere) await CloseAsync(ending.Fault).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or TimeoutException or OperationCanceledException or InvalidOperationException)
        {
            // The peer is gone before the goodbye; the reason of the end stands.
        }

        await _pumpStop.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CloseAsync(StreamFault? fault)
    {
        using var time = new CancellationTokenSource(GoodbyeTime, _host.Clock);
        await _stream.CloseAsync(fault, time.Token).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _pumpStop.Dispose();
    }

    private void LogBug(Exception e) => LogFailed(_host.Logger, e, _pass.Client);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Error, Message = "The session of {Client} failed")]
    private static partial void LogFailed(ILogger logger, Exception e, string client);
}
