using System.Net.WebSockets;

using Edge.Transport;

namespace Edge.Mqtt.WebSockets;

/// <summary>Sends each batch of packets as one binary message.</summary>
internal sealed class WebSocketSender(WebSocket socket) : IByteSender
{
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return false;
        try
        {
            await socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, cancel).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            return false; // closed or aborted meanwhile
        }
    }
}
