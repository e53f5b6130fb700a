using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;

using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>What may go wrong with a connection through nobody's fault in this program: it is tried again.</summary>
internal static class MqttOutage
{
    /// <summary>What reading from, writing to or completing a transport throws where it is gone.</summary>
    public static bool IsOfTransport(Exception e) => e is IOException or SocketException or WebSocketException or OperationCanceledException or InvalidOperationException;

    public static bool Is(Exception e) => e is IOException or SocketException or WebSocketException or AuthenticationException or CryptographicException
        or TimeoutException or OperationCanceledException or UnauthorizedAccessException or MqttConnectRefusedException or MqttProtocolException;
}
