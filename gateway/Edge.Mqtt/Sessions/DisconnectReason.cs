using System.Text;

using Edge.Mqtt.Wire;
using Edge.Transport;

namespace Edge.Mqtt.Sessions;

/// <summary>What a client of MQTT 5 is told when the broker ends its connection (MQTT 5.0 §3.14.2.1).</summary>
internal static class DisconnectReason
{
    // The log has the text whole. Some clients cannot read a property section of more than 127 bytes, which is where its length takes a second one.
    private const int MaxTextBytes = 120;

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

    /// <summary>The packet that says it. The text stays away where it is a bug's, or makes the packet longer than the client takes ([MQTT-3.14.2-3]).</summary>
    public static byte[] Packet(EndReason reason, MqttReason code, string? text, string otherServer, uint maximumSize)
    {
        var packet = new DisconnectPacket { Reason = code, ReasonString = reason == EndReason.InternalError ? null : Short(text) };
        if (reason == EndReason.Shutdown && otherServer.Length > 0) packet = packet with { Reason = MqttReason.UseAnotherServer, ServerReference = otherServer };

        var bytes = packet.ToBytes(ProtocolVersion.V5);
        if (bytes.Length > maximumSize) bytes = (packet with { ReasonString = null }).ToBytes(ProtocolVersion.V5);
        return bytes.Length > maximumSize ? (packet with { ReasonString = null, ServerReference = null }).ToBytes(ProtocolVersion.V5) : bytes;
    }

    // Whole words of it.
    private static string? Short(string? text)
    {
        if (text is null || Encoding.UTF8.GetByteCount(text) <= MaxTextBytes) return text;

        var end = Math.Min(text.Length, MaxTextBytes);
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, end)) > MaxTextBytes || char.IsHighSurrogate(text[end - 1])) end--;
        return text.LastIndexOf(' ', end - 1) is > 0 and var space ? text[..space].TrimEnd(':', ';', ',') : text[..end];
    }
}
