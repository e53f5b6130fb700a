using System.Security.Cryptography;

using Edge.Mqtt.Features;
using Edge.Mqtt.Wire;

using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Sessions;

/// <summary>A client that has sent CONNECT and is not in yet.</summary>
internal sealed record Handshake(ConnectPacket Packet, MqttConnecting Connecting);

/// <summary>What came of a CONNECT, or of an AUTH behind it: a session, a refusal that ends the connection, or neither yet; and the answer to send.</summary>
internal readonly record struct ConnectOutcome(LiveSession? Session, byte[] Answer, string? Refusal, Handshake? GoesOn = null);

/// <summary>CONNECT: who it is, whether it may, and which session it gets (MQTT 5.0 §3.1.4, §4.12).</summary>
internal sealed partial class ConnectHandler(
    SessionRights rights, SessionRegistry sessions, ConnectAnswer answer, MqttMetrics metrics, ILogger<ConnectHandler> logger)
{
    /// <summary>Lets the client in, asks it for more, or answers with why not.</summary>
    public async ValueTask<ConnectOutcome> ConnectAsync(ConnectPacket packet, MqttConnection connection, CancellationToken cancel)
    {
        var handshake = new Handshake(packet, ToConnecting(packet, connection));
        answer.CheckPacket(packet, handshake.Connecting);
        if (handshake.Connecting.Refusal is not null) return Refused(handshake);
        if (packet.AuthenticationMethod is not null)
            return await AuthenticateAsync(handshake, packet.AuthenticationData ?? default, connection, cancel).ConfigureAwait(false);

        await rights.Features.ConnectingAsync(handshake.Connecting, cancel).ConfigureAwait(false);
        return await OpenAsync(handshake, connection, default, cancel).ConfigureAwait(false);
    }

    /// <summary>Goes on with AUTH.</summary>
    public ValueTask<ConnectOutcome> ContinueAsync(Handshake handshake, AuthPacket packet, MqttConnection connection, CancellationToken cancel)
    {
        if (packet.Reason != MqttReason.ContinueAuthentication || packet.Method != handshake.Packet.AuthenticationMethod)
            throw new MqttProtocolException("AUTH that does not go on with what CONNECT began ([MQTT-4.12.0-5]).");

        return AuthenticateAsync(handshake, packet.Data ?? default, connection, cancel);
    }

    private async ValueTask<ConnectOutcome> AuthenticateAsync(
        Handshake handshake, ReadOnlyMemory<byte> data, MqttConnection connection, CancellationToken cancel)
    {
        var method = handshake.Packet.AuthenticationMethod!;
        var step = new MqttAuthenticating(handshake.Connecting.ClientId, method, data);
        await rights.Features.AuthenticateAsync(step, cancel).ConfigureAwait(false);
        switch (step.Outcome)
        {
            case MqttAuthentication.Continued:
                return new(null, new AuthPacket(MqttReason.ContinueAuthentication) { Method = method, Data = step.Answer }.ToBytes(), null, handshake);
            case MqttAuthentication.Accepted:
                handshake.Connecting.Accept(step.Identity!);
                await rights.Features.IdentifiedAsync(handshake.Connecting, cancel).ConfigureAwait(false);
                break;
            default:
                handshake.Connecting.Refuse(step.Refusal, step.RefusalDetail);
                break;
        }

        return await OpenAsync(handshake, connection, step.Answer, cancel).ConfigureAwait(false);
    }

    private async ValueTask<ConnectOutcome> OpenAsync(
        Handshake handshake, MqttConnection connection, ReadOnlyMemory<byte> authenticationData, CancellationToken cancel)
    {
        var (packet, connecting) = handshake;
        if (connecting.Refusal is not null) return Refused(handshake);

        var live = new LiveSession(connection, connecting, packet, rights);
        var opened = await TryOpenAsync(live, answer.RequestOf(packet, connecting), connection.Now, cancel).ConfigureAwait(false);
        if (opened.Error is { } error)
        {
            connecting.Refuse(MqttReason.QuotaExceeded, error);
            return Refused(handshake);
        }

        var accepted = answer.Accepted(handshake, live, opened.IsPresent, authenticationData);
        if (accepted.Length > live.MaximumPacketSize)
        {
            await sessions.CloseAsync(live, connection.Now).ConfigureAwait(false);
            connecting.Refuse(MqttReason.PacketTooLarge, $"It takes packets of {live.MaximumPacketSize} bytes, and CONNACK has {accepted.Length}: raise its maximum packet size.");
            return Refused(handshake);
        }

        LogConnected(live.ClientId, live.Identity.IsBootstrap ? "(bootstrap)" : live.Identity.Subject, live.RemoteEndPoint, connecting.Policy.Name, packet.Version, opened.IsPresent);
        return new(live, accepted, null);
    }

    private async ValueTask<OpenResult> TryOpenAsync(LiveSession live, SessionRequest request, DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            return await sessions.OpenAsync(live, request, now, cancel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return new(false, "Its session could not be stored: free space on the disk.");
        }
    }

    private static MqttConnecting ToConnecting(ConnectPacket packet, MqttConnection connection) =>
        new(packet.ClientId.Length > 0 ? packet.ClientId : NewClientId(), connection.Policy)
        {
            IsNamed = packet.ClientId.Length > 0,
            Version = packet.Version,
            UserName = packet.UserName,
            Password = packet.Password,
            Will = packet.Will,
            WillDelaySeconds = packet.WillDelaySeconds,
            CleanSession = packet.CleanSession,
            UserProperties = packet.UserProperties,
            KeepAliveSeconds = packet.KeepAlive,
            RemoteEndPoint = connection.Remote,
            ClientCertificate = connection.ClientCertificate,
        };

    private ConnectOutcome Refused(Handshake handshake)
    {
        metrics.Refused("connect");
        rights.Features.Refused(handshake.Connecting);
        var reason = handshake.Connecting.Refusal!.Value;
        return new(null, answer.Refused(handshake), $"CONNACK {reason} (0x{(byte)reason:x2}). {handshake.Connecting.RefusalDetail}");
    }

    private static string NewClientId() => "auto-" + RandomNumberGenerator.GetHexString(20, lowercase: true);

    [LoggerMessage(EventId = 2020, Level = LogLevel.Information,
        Message = "{ClientId} connected as {Subject} from {Address} on {Listener} with {Version}; session present: {SessionPresent}")]
    private partial void LogConnected(
        string clientId, string subject, System.Net.EndPoint? address, string listener, ProtocolVersion version, bool sessionPresent);
}
