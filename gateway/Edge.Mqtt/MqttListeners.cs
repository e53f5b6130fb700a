using Edge.Transport;

using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Mqtt;

/// <summary>Puts the broker on Kestrel's listeners.</summary>
public static class MqttListeners
{
    /// <summary>Turns away, before their TLS handshake, connections that the broker would not take: first in the chain, before <c>UseHttps</c>. Also tells
    /// operators of handshakes that failed.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="tlsRemedy">What to do where a handshake fails.</param>
    public static IConnectionBuilder UseMqttGate(this IConnectionBuilder listen, string tlsRemedy)
    {
        var services = listen.ApplicationServices;
        return listen.Use(next => connection => GuardAsync(connection, next, services.GetRequiredService<MqttBroker>().Gate, tlsRemedy));
    }

    /// <summary>Serves MQTT on this listener: last in the chain, after <c>UseHttps</c> where it is to have TLS.</summary>
    public static IConnectionBuilder UseMqtt(this IConnectionBuilder listen, MqttListenerPolicy policy)
    {
        return listen.UseMqttPolicy(policy).UseConnectionHandler<MqttConnectionHandler>();
    }

    /// <summary>Says what this listener allows to MQTT clients, also to those that come in a WebSocket over HTTP.</summary>
    public static IConnectionBuilder UseMqttPolicy(this IConnectionBuilder listen, MqttListenerPolicy policy) => listen.Use(next => connection =>
    {
        connection.Features.Set(policy);
        return next(connection);
    });

    private static async Task GuardAsync(ConnectionContext connection, ConnectionDelegate next, ConnectionGate gate, string tlsRemedy)
    {
        if (!gate.MayCome(connection.RemoteEndPoint))
        {
            connection.Abort(); // without a handshake there is nothing to say it with
            return;
        }

        connection.Features.Set(MqttArrival.Instance);
        await next(connection).ConfigureAwait(false);
        if (connection.Features.Get<MqttListenerPolicy>() is null) gate.Refused(connection.RemoteEndPoint, $"its TLS handshake failed. {tlsRemedy}");
    }
}

/// <summary>Marks a connection that the gate was asked for.</summary>
internal sealed class MqttArrival
{
    public static readonly MqttArrival Instance = new();
}
