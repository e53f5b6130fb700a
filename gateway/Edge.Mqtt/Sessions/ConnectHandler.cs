using System.Security.Cryptography;
using System.Text;

using Edge.Mqtt.Features;
using Edge.Mqtt.Topics;
using Edge.Mqtt.Wire;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Sessions;

/// <summary>What came of a CONNECT: a session, or a refusal that ends the connection; and the answer to send.</summary>
internal readonly record struct ConnectOutcome(LiveSession? Session, OutgoingPacket Answer, string Refusal);

/// <summary>CONNECT: who it is, whether it may, and which session it gets (MQTT 3.1.1 §3.1.4).</summary>
internal sealed partial class ConnectHandler(
    SessionRights rights, SessionRegistry sessions, IOptions<MqttOptions> options, MqttMetrics metrics, ILogger<ConnectHandler> logger)
{
    /// <summary>Lets the client in, or answers with why not.</summary>
    public async ValueTask<ConnectOutcome> HandleAsync(ConnectPacket packet, MqttConnection connection, CancellationToken cancel)
    {
        var connecting = ToConnecting(packet, connection);
        CheckPacket(packet, connecting);
        if (connecting.Refusal is null) await rights.Features.ConnectingAsync(connecting, cancel).ConfigureAwait(false);
        if (connecting.Refusal is not null) return Refused(connecting);

        var live = new LiveSession(connection, connecting, packet.KeepAlive, rights);
        var opened = await sessions.OpenAsync(live, connecting.CleanSession || live.Identity.IsBootstrap, cancel).ConfigureAwait(false);
        if (opened.Error is { } error)
        {
            connecting.Refuse(MqttReason.ServerUnavailable, error);
            return Refused(connecting);
        }

        LogConnected(live.ClientId, live.Identity.IsBootstrap ? "(bootstrap)" : live.Identity.Subject, live.RemoteEndPoint, connecting.Policy.Name, opened.IsPresent);
        return new(live, OutgoingPacket.ConnAck(opened.IsPresent, 0), "");
    }

    private static MqttConnecting ToConnecting(ConnectPacket packet, MqttConnection connection) =>
        new(packet.ClientId.Length > 0 ? packet.ClientId : NewClientId(), connection.Policy)
        {
            UserName = packet.UserName,
            Password = packet.Password,
            Will = packet.Will,
            CleanSession = packet.CleanSession,
            RemoteEndPoint = connection.Remote,
        };

    private void CheckPacket(ConnectPacket packet, MqttConnecting connecting)
    {
        var limits = options.Value;
        if (packet.Level != (byte)ProtocolVersion.V311)
            connecting.Refuse(MqttReason.UnsupportedProtocolVersion, $"It speaks protocol level {packet.Level}: set the client to MQTT 3.1.1.");
        else if (packet.ClientId.Length == 0 && !packet.CleanSession)
            connecting.Refuse(MqttReason.ClientIdentifierNotValid, "A persistent session needs a client identifier ([MQTT-3.1.3-8]): give one.");
        else if (Encoding.UTF8.GetByteCount(packet.ClientId) > limits.MaxClientIdBytes)
            connecting.Refuse(MqttReason.ClientIdentifierNotValid, $"Its client identifier is longer than mqtt:maxClientIdBytes ({limits.MaxClientIdBytes}).");
        else if (packet.Will is { } will) CheckWill(will, connecting);
    }

    private void CheckWill(MqttMessage will, MqttConnecting connecting)
    {
        if (!TopicRules.IsTopicName(will.Topic))
            connecting.Refuse(MqttReason.NotAuthorized, "Its will has no topic, or one with wildcards.");
        else if (TopicRules.LimitPassed(will.Topic, options.Value) is { } error)
            connecting.Refuse(MqttReason.NotAuthorized, $"Its will: {error}.");
    }

    private ConnectOutcome Refused(MqttConnecting connecting)
    {
        metrics.Refused("connect");
        var code = ConnAckPacket.ReturnCodeOf(connecting.Refusal!.Value);
        return new(null, OutgoingPacket.ConnAck(sessionPresent: false, code), $"CONNACK {code}. {connecting.RefusalDetail}");
    }

    private static string NewClientId() => "auto-" + RandomNumberGenerator.GetHexString(20, lowercase: true);

    [LoggerMessage(EventId = 2020, Level = LogLevel.Information,
        Message = "{ClientId} connected as {Subject} from {Address} on {Listener}; session present: {SessionPresent}")]
    private partial void LogConnected(string clientId, string subject, System.Net.EndPoint? address, string listener, bool sessionPresent);
}
