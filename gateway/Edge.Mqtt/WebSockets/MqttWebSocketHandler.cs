using System.Net;
using System.Net.WebSockets;

using Edge.Mqtt.Sessions;
using Edge.Transport;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.WebSockets;

/// <summary>Serves MQTT in a WebSocket (MQTT 5.0 §6, MQTT 3.1.1 §6).</summary>
internal sealed class MqttWebSocketHandler(MqttBroker broker, IOptions<MqttWebSocketOptions> options, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    // What most brokers and clients say, then what clients of MQTT 3.1 do.
    private static readonly string[] SubProtocols = ["mqtt", "mqttv3.1"];
    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromSeconds(2);

    private TimeSpan KeepAlive => TimeSpan.FromSeconds(options.Value.KeepAliveSeconds);

    /// <summary>Answers a request: with a WebSocket, or with why not.</summary>
    public async Task HandleAsync(HttpContext http, MqttListenerPolicy policy)
    {
        var remote = http.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, http.Connection.RemotePort) : null;
        if (Refusal(http) is var (status, reason))
        {
            broker.Gate.Refused(remote, $"{status} for its WebSocket on {policy.Name}. {reason}");
            await RefuseAsync(http, status, reason).ConfigureAwait(false);
            return;
        }

        if (!broker.Gate.MayCome(remote))
        {
            await RefuseAsync(http, StatusCodes.Status429TooManyRequests, "Too many connections: come again later.").ConfigureAwait(false);
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = SubProtocols.First(http.WebSockets.WebSocketRequestedProtocols.Contains),
            KeepAliveInterval = KeepAlive,
            KeepAliveTimeout = KeepAlive > TimeSpan.Zero ? KeepAlive : Timeout.InfiniteTimeSpan,
            DangerousEnableCompression = false, // small packets gain nothing, and secrets beside chosen text would leak by their length
        }).ConfigureAwait(false);
        await ServeAsync(http, socket, policy, remote).ConfigureAwait(false);
    }

    private static Task RefuseAsync(HttpContext http, int status, string reason)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(reason + "\n", http.RequestAborted);
    }

    private (int Status, string Reason)? Refusal(HttpContext http)
    {
        if (!options.Value.Enabled) return (StatusCodes.Status404NotFound, "MQTT over WebSocket is switched off here (mqtt:webSocket:enabled).");
        if (!http.WebSockets.IsWebSocketRequest) return (StatusCodes.Status426UpgradeRequired, "This is MQTT over WebSocket: connect with an MQTT client.");
        if (!http.WebSockets.WebSocketRequestedProtocols.Any(SubProtocols.Contains))
            return (StatusCodes.Status400BadRequest, "Ask for the sub-protocol mqtt ([MQTT-6.0.0-3]).");
        if (!OriginCheck.Allows(http.Request, options.Value.AllowedOrigins))
            return (StatusCodes.Status403Forbidden, $"Pages of {http.Request.Headers.Origin} may not connect: add it to mqtt:webSocket:allowedOrigins.");
        return null;
    }

    private async Task ServeAsync(HttpContext http, WebSocket socket, MqttListenerPolicy policy, IPEndPoint? remote)
    {
        using var stop = new CancellationTokenSource();
        var receiver = new WebSocketReceiver(socket);
        var receiving = receiver.RunAsync(stop.Token);
        var wire = new MqttWire(receiver.Input, new WebSocketSender(socket), policy, http.Connection.ClientCertificate) { HasCome = true };
        EndReason? reason = null;
        try
        {
            reason = await broker.ServeAsync(wire, remote, lifetime.ApplicationStopping).ConfigureAwait(false);
        }
        finally
        {
            await receiver.Input.CompleteAsync().ConfigureAwait(false);
            await CloseAsync(socket, receiver.Fault ?? StatusOf(reason), receiving).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false); // aborts what did not close
            await receiving.ConfigureAwait(false);
        }
    }

    private async Task CloseAsync(WebSocket socket, WebSocketCloseStatus? status, Task receiving)
    {
        if (status is null || socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        try
        {
            using var patience = new CancellationTokenSource(GoodbyePatience, clock);
            await socket.CloseOutputAsync(status.Value, null, patience.Token).ConfigureAwait(false);
            await receiving.WaitAsync(patience.Token).ConfigureAwait(false); // until the peer has closed, too
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer is gone, or does not read: the connection ends without a goodbye.
        }
    }

    // Null: who does not read gets no goodbye either.
    private static WebSocketCloseStatus? StatusOf(EndReason? reason) => reason switch
    {
        EndReason.SlowConsumer or EndReason.KeepAliveTimeout or EndReason.HandshakeTimeout => null,
        EndReason.Closed or EndReason.PeerGone => WebSocketCloseStatus.NormalClosure,
        EndReason.ProtocolError => WebSocketCloseStatus.ProtocolError,
        EndReason.Shutdown => WebSocketCloseStatus.EndpointUnavailable,
        EndReason.InternalError => WebSocketCloseStatus.InternalServerError,
        _ => WebSocketCloseStatus.PolicyViolation,
    };
}
