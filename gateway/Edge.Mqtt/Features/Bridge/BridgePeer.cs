using Edge.Mqtt.Client;
using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Features.Bridge;

/// <summary>The other broker, as the configuration names it.</summary>
internal sealed class BridgePeer(string name, BridgeOptions settings)
{
    public MqttEndpoint Endpoint { get; } = new(settings.Host, settings.PortOrDefault, settings.Tls)
    {
        AuthorityFile = NullIfEmpty(settings.CaFile),
        CertificateFile = NullIfEmpty(settings.CertificateFile),
        KeyFile = NullIfEmpty(settings.KeyFile),
        WebSocketPath = NullIfEmpty(settings.WebSocketPath),
    };

    public bool SpeaksV5 => settings.Version == "5.0";

    /// <summary>How the bridge connects there.</summary>
    public MqttClientOptions Options(TimeProvider clock) => new()
    {
        Version = SpeaksV5 ? ProtocolVersion.V5 : ProtocolVersion.V311,
        ClientId = settings.ClientId.Length > 0 ? settings.ClientId : "edge-" + name,
        UserName = NullIfEmpty(settings.UserName),
        Password = NullIfEmpty(settings.Password),
        PasswordProvider = settings.PasswordFile.Length > 0 ? ReadPasswordAsync : null,
        CleanSession = false,
        KeepAliveSeconds = settings.KeepAliveSeconds,
        MaxPacketBytes = settings.MaxPacketBytes,
        ReceiveMaximum = (ushort)settings.MaxInFlight,
        Clock = clock,
    };

    /// <summary>What may help, by what went wrong.</summary>
    public string Remedy(Exception reason) => reason switch
    {
        MqttConnectRefusedException { Reason: MqttReason.NotAuthorized or MqttReason.BadUserNameOrPassword or MqttReason.BadAuthenticationMethod } =>
            $"check mqtt:bridges:{name}:userName and its password, and what they may do there",
        MqttConnectRefusedException { Reason: MqttReason.UnsupportedProtocolVersion } => $"set mqtt:bridges:{name}:version to 3.1.1",
        MqttConnectRefusedException { Answer.ServerReference: { } other } => $"it names another server: {other}",
        MqttDisconnectedException { Reason: MqttReason.SessionTakenOver } => $"another client there has the same identifier: set mqtt:bridges:{name}:clientId",
        System.Security.Authentication.AuthenticationException => $"check mqtt:bridges:{name}:caFile, and that its certificate names {settings.Host}",
        System.Net.Sockets.SocketException or TimeoutException => $"check mqtt:bridges:{name}:host and port, and that it runs",
        _ => "it is tried again",
    };

    private async ValueTask<string?> ReadPasswordAsync(CancellationToken cancel) =>
        (await File.ReadAllTextAsync(settings.PasswordFile, cancel).ConfigureAwait(false)).TrimEnd('\r', '\n');

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
