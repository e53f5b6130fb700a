using System.Net;
using System.Net.WebSockets;

using Edge.Transport;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Web;
using Edge.Xmpp.Wire;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.WebSockets;

/// <summary>Serves XMPP in a WebSocket (RFC 7395).</summary>
[Xep(0, "RFC 7395")]
internal sealed class XmppWebSocketHandler(XmppServer server, SessionHost host, IOptions<XmppWebSocketOptions> options)
{
    private const string SubProtocol = "xmpp";
    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromSeconds(2);

    private XmppWebSocketOptions Options => options.Value;

    private TimeSpan KeepAlive => TimeSpan.FromSeconds(Options.KeepAliveSeconds);

    /// <summary>Answers a request: with a WebSocket, or with why not.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        var (policy, remote) = (XmppWeb.PolicyOf(http), XmppWeb.RemoteOf(http));
        if (Refusal(http, policy, remote) is var (status, reason))
        {
            server.Gate.Refused(remote, $"{status} for its WebSocket on {policy.Name}. {reason}");
            await XmppWeb.RefuseAsync(http, status, reason).ConfigureAwait(false);
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            // Existing IoT clients ask for no sub-protocol at all; an answer that nobody asked for would break the handshake.
            SubProtocol = http.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol) ? SubProtocol : null,
            KeepAliveInterval = KeepAlive,
            KeepAliveTimeout = KeepAlive > TimeSpan.Zero ? KeepAlive : Timeout.InfiniteTimeSpan,
            DangerousEnableCompression = false, // secrets beside chosen text would leak by their length
        }).ConfigureAwait(false);
        var stream = new WebSocketStream(socket, host.Streams, XmppWeb.TlsOf(http));
        var close = string.IsNullOrEmpty(Options.SeeOtherUri)
            ? StatusOf(await server.ServeAsync(stream, remote, policy).ConfigureAwait(false))
            : await RedirectAsync(stream, remote).ConfigureAwait(false);
        await CloseAsync(socket, stream, stream.Fault ?? close).ConfigureAwait(false);
    }

    private (int Status, string Reason)? Refusal(HttpContext http, XmppListenerPolicy policy, EndPoint? remote)
    {
        if (!Options.Enabled) return (StatusCodes.Status404NotFound, "XMPP over WebSocket is switched off here (xmpp:webSocket:enabled).");
        if (!http.WebSockets.IsWebSocketRequest) return (StatusCodes.Status426UpgradeRequired, "This is XMPP over WebSocket: connect with an XMPP client.");
        var asked = http.WebSockets.WebSocketRequestedProtocols;
        if (asked.Count > 0 && !asked.Contains(SubProtocol)) return (StatusCodes.Status400BadRequest, "Ask for the sub-protocol xmpp (RFC 7395 §3.1).");
        if (XmppWeb.ClearTextRefusal(http, policy, remote) is { } clear) return (StatusCodes.Status403Forbidden, clear);
        if (!OriginCheck.Allows(http.Request, Options.AllowedOrigins))
            return (StatusCodes.Status403Forbidden, $"Pages of {http.Request.Headers.Origin} may not connect: add it to xmpp:webSocket:allowedOrigins.");
        return null;
    }

    // RFC 7395 §3.6.1
    private async Task<WebSocketCloseStatus?> RedirectAsync(WebSocketStream stream, EndPoint? remote)
    {
        using var pass = server.Gate.TryEnter(remote);
        if (pass is null)
        {
            host.Metrics.Refused("connection");
            return StatusOf(null);
        }

        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(host.Options.LoginSeconds), host.Clock);
            await stream.ReadAsync(patience.Token).ConfigureAwait(false);
            await stream.RedirectAsync(Options.SeeOtherUri!, patience.Token).ConfigureAwait(false);
            pass.TryEnd(EndReason.Closed, $"It was sent to {Options.SeeOtherUri} (xmpp:webSocket:seeOtherUri).");
            return WebSocketCloseStatus.NormalClosure;
        }
        catch (OperationCanceledException)
        {
            pass.TryEnd(EndReason.HandshakeTimeout, $"It opened no stream within {host.Options.LoginSeconds} s (xmpp:loginSeconds).");
        }
        catch (XmppStreamException e)
        {
            pass.TryEnd(EndReason.ProtocolError, e.Message);
        }
        catch (IOException e)
        {
            pass.TryEnd(EndReason.PeerGone, e.Message);
        }

        return WebSocketCloseStatus.PolicyViolation;
    }

    private async Task CloseAsync(WebSocket socket, WebSocketStream stream, WebSocketCloseStatus? status)
    {
        if (status is null || socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        try
        {
            using var patience = new CancellationTokenSource(GoodbyePatience, host.Clock);
            await socket.CloseOutputAsync(status.Value, null, patience.Token).ConfigureAwait(false);
            await stream.DrainAsync().WaitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer is gone, or does not read: the connection ends without a goodbye.
        }
    }

    // Null: who does not read gets no goodbye either.
    private static WebSocketCloseStatus? StatusOf(EndReason? reason) => reason switch
    {
        EndReason.SlowConsumer => null,
        EndReason.Closed or EndReason.PeerGone => WebSocketCloseStatus.NormalClosure,
        EndReason.ProtocolError => WebSocketCloseStatus.ProtocolError,
        EndReason.Shutdown or null => WebSocketCloseStatus.EndpointUnavailable,
        EndReason.InternalError => WebSocketCloseStatus.InternalServerError,
        _ => WebSocketCloseStatus.PolicyViolation,
    };
}
