using Edge.Transport;

using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Edge.Mqtt;

/// <summary>Serves MQTT on a Kestrel listener; see <see cref="MqttListeners.UseMqtt"/>.</summary>
internal sealed class MqttConnectionHandler(MqttBroker broker) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var policy = connection.Features.Get<MqttListenerPolicy>() ?? new();
        var closeRequested = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        var certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        var reason = await broker.ServeAsync(connection.Transport, connection.RemoteEndPoint, policy, certificate, closeRequested).ConfigureAwait(false);

        // A peer that does not read must not hold the socket until all it was sent has gone out.
        if (reason is EndReason.SlowConsumer or EndReason.KeepAliveTimeout or EndReason.HandshakeTimeout)
            connection.Abort(new ConnectionAbortedException(reason.ToString()!));
    }
}

/// <summary>Puts the broker on Kestrel's listeners.</summary>
public static class MqttListeners
{
    /// <summary>Serves MQTT on this listener: last in the chain, after <c>UseHttps</c> where it is to have TLS.</summary>
    public static IConnectionBuilder UseMqtt(this IConnectionBuilder listen, MqttListenerPolicy policy)
    {
        listen.Use(next => connection =>
        {
            connection.Features.Set(policy);
            return next(connection);
        });
        return listen.UseConnectionHandler<MqttConnectionHandler>();
    }
}
