namespace Edge.Mqtt.Client;

/// <summary>Takes a message that arrived. QoS 1 and 2 are acknowledged when it returns; it may publish and subscribe meanwhile.</summary>
public delegate ValueTask MqttMessageHandler(MqttMessage message, CancellationToken cancel);

/// <summary>How a client connects. Immutable, so that a reconnect can reuse it with another token: <c>options with { Password = … }</c>.</summary>
public sealed record MqttClientOptions
{
    /// <summary>The client identifier; empty lets the server choose one (clean sessions only).</summary>
    public string ClientId { get; init; } = "";

    /// <summary>The user name, or null.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, or null; for this gateway an access token.</summary>
    public string? Password { get; init; }

    /// <summary>What the server publishes when the connection breaks; null for nothing.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>False to have the server keep subscriptions and missed messages between connections.</summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>Seconds of silence after which the client pings; 0 for never. At most 65535.</summary>
    public int KeepAliveSeconds { get; init; } = 60;

    /// <summary>How long TCP, TLS and CONNACK may take together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The largest packet that is taken.</summary>
    public int MaxPacketBytes { get; init; } = 256 * 1024;

    /// <summary>The most messages of QoS 1 and 2 that wait for their acknowledgement; further ones wait in PublishAsync.</summary>
    public int MaxInFlight { get; init; } = 64;

    /// <summary>The most messages that wait for the handler or reader. Beyond, QoS 0 is dropped and counted; QoS 1 and 2 end the connection,
    /// and come again with the next one where the session is kept.</summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>Called for each message, one after the other. Null: messages are read from <see cref="MqttClient.Messages"/>.</summary>
    public MqttMessageHandler? OnMessage { get; init; }

    /// <summary>The clock of keep-alive and time-outs.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Without the password.</summary>
    public override string ToString() => $"MQTT client {ClientId} (user {UserName ?? "none"})";
}

/// <summary>The server said no to CONNECT.</summary>
public sealed class MqttConnectRefusedException : Exception
{
    /// <summary>A refusal that is not known further.</summary>
    public MqttConnectRefusedException()
    {
    }

    /// <summary>A refusal with a text.</summary>
    public MqttConnectRefusedException(string message) : base(message)
    {
    }

    /// <summary>A refusal with a cause.</summary>
    public MqttConnectRefusedException(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>A refusal.</summary>
    public MqttConnectRefusedException(byte returnCode) : base($"The server refused the connection: {Name(returnCode)} (CONNACK {returnCode}).") =>
        ReturnCode = returnCode;

    /// <summary>CONNACK's return code (MQTT 3.1.1 §3.2.2.3).</summary>
    public byte ReturnCode { get; }

    private static string Name(byte code) => code switch
    {
        1 => "it does not speak this protocol version",
        2 => "it does not take this client identifier",
        3 => "it is not available",
        4 => "user name or password is wrong",
        5 => "not authorized",
        _ => "unknown reason",
    };
}
