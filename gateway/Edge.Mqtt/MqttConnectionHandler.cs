using Edge.Mqtt.Sessions;
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
        var pipe = connection.Transport;
        var wire = new MqttWire(pipe.Input, new PipeSender(pipe.Output), policy, certificate) { HasCome = connection.Features.Get<MqttArrival>() is not null };
        var reason = await broker.ServeAsync(pipe, wire, connection.RemoteEndPoint, closeRequested).ConfigureAwait(false);

        // A peer that does not read must not hold the socket until all it was sent has gone out.
        if (reason is EndReason.SlowConsumer or EndReason.KeepAliveTimeout or EndReason.HandshakeTimeout)
            connection.Abort(new ConnectionAbortedException(reason.ToString()!));
    }
}
