using System.Net;

using Edge.Mqtt.Sessions;
using Edge.Transport;
using Edge.Transport.Sockets;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Mqtt;

/// <summary>Puts the broker on sockets of our own: MQTT in clear text, without a detour.</summary>
public static class MqttSockets
{
    /// <summary>Serves MQTT at <paramref name="local"/>.</summary>
    /// <param name="transport">The sockets.</param>
    /// <param name="services">The host's services, with the broker.</param>
    /// <param name="local">The address; port 0 takes a free one.</param>
    /// <param name="policy">What the listener allows.</param>
    /// <param name="closeRequested">Cancelled when the connections shall end in an orderly way.</param>
    /// <exception cref="IOException">The address is taken.</exception>
    public static SocketListener ListenMqtt(
        this SocketTransport transport, IServiceProvider services, IPEndPoint local, MqttListenerPolicy policy, CancellationToken closeRequested = default)
    {
        var broker = services.GetRequiredService<MqttBroker>();
        return transport.Listen(local, connection => ServeAsync(broker, connection, policy, closeRequested));
    }

    private static async Task ServeAsync(MqttBroker broker, SocketConnection connection, MqttListenerPolicy policy, CancellationToken closeRequested)
    {
        var wire = new MqttWire(connection.Input, connection.Output, policy);
        var reason = await broker.ServeAsync(wire, connection.Remote, closeRequested).ConfigureAwait(false);

        // A peer that does not read must not hold the socket until all it was sent has gone out.
        if (reason is EndReason.SlowConsumer or EndReason.KeepAliveTimeout or EndReason.HandshakeTimeout) connection.Abort();
    }
}
