using Edge.Transport;

namespace Edge.Mqtt.Sessions;

/// <summary>What a client of MQTT 5 is told when the broker ends its connection (MQTT 5.0 §3.14.2.1).</summary>
internal static class DisconnectReason
{
    /// <summary>The reason code; null where nothing is to be said, since the client has gone or said goodbye, or was never in.</summary>
    public static MqttReason? Of(EndReason reason, MqttReason? code) => reason switch
    {
        EndReason.Closed or EndReason.PeerGone => null,
        EndReason.TakenOver => MqttReason.SessionTakenOver,
        EndReason.KeepAliveTimeout => MqttReason.KeepAliveTimeout,
        EndReason.Shutdown => MqttReason.ServerShuttingDown,
        _ when code is { } given => given,
        EndReason.Forbidden or EndReason.TokenExpired or EndReason.Revoked or EndReason.Refused => MqttReason.NotAuthorized,
        EndReason.ProtocolError => MqttReason.ProtocolError,
        EndReason.LimitExceeded or EndReason.SlowConsumer => MqttReason.QuotaExceeded,
        _ => MqttReason.ImplementationSpecificError,
    };
}
