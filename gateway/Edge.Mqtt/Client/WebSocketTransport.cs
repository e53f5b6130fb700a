using System.Net.Security;
using System.Net.WebSockets;

namespace Edge.Mqtt.Client;

/// <summary>MQTT over WebSocket: binary frames of the sub-protocol <c>mqtt</c> ([MQTT-6.0.0-3]); their borders mean nothing.</summary>
internal static class WebSocketTransport
{
    public static async Task<Stream> OpenAsync(Uri address, Func<SslClientAuthenticationOptions> tls, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol("mqtt");
            using var handler = new SocketsHttpHandler { UseCookies = false, UseProxy = false };
            if (address.Scheme == Uri.UriSchemeWss) handler.SslOptions = tls();
            using var invoker = new HttpMessageInvoker(handler);
            await socket.ConnectAsync(address, invoker, cancel).ConfigureAwait(false);
            if (socket.SubProtocol != "mqtt") throw new WebSocketException(WebSocketError.UnsupportedProtocol, $"{address} does not speak the sub-protocol mqtt.");

            return WebSocketStream.Create(socket, WebSocketMessageType.Binary, closeTimeout: TimeSpan.FromSeconds(2));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
