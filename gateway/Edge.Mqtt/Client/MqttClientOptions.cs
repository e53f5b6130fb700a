using Edge.Mqtt.Wire;

namespace Edge.Mqtt.Client;

/// <summary>Takes a message that arrived. QoS 1 and 2 are acknowledged when it returns; it may publish and subscribe meanwhile.</summary>
public delegate ValueTask MqttMessageHandler(MqttMessage message, CancellationToken cancel);

/// <summary>As <see cref="MqttMessageHandler"/>, with what MQTT 5.0 tells beside the message.</summary>
public delegate ValueTask MqttReceivedHandler(MqttReceived received, CancellationToken cancel);

/// <summary>Fetches the password for a connection that is about to be made, such as a fresh access token; null for none.</summary>
public delegate ValueTask<string?> MqttPasswordProvider(CancellationToken cancel);

/// <summary>How a client connects. Immutable, so that a reconnect can reuse it with another token: <c>options with { Password = … }</c>.</summary>
public sealed record MqttClientOptions
{
    /// <summary>3.1.1 unless told otherwise: every broker speaks it.</summary>
    public ProtocolVersion Version { get; init; } = ProtocolVersion.V311;

    /// <summary>The client identifier; empty lets the server choose one (before MQTT 5.0, with clean sessions only).</summary>
    public string ClientId { get; init; } = "";

    /// <summary>The user name, or null.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, or null; for this gateway an access token.</summary>
    public string? Password { get; init; }

    /// <summary>Asked for the password before each connection, instead of <see cref="Password"/>; null for that one.</summary>
    public MqttPasswordProvider? PasswordProvider { get; init; }

    /// <summary>Answers the server's questions in an enhanced authentication (MQTT 5.0 §4.12); null for none.</summary>
    public IMqttAuthenticator? Authenticator { get; init; }

    /// <summary>What the server publishes when the connection breaks; null for nothing.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>MQTT 5.0: the seconds that the will waits for the client to come back.</summary>
    public uint WillDelaySeconds { get; init; }

    /// <summary>False to have the server keep subscriptions and missed messages between connections. In MQTT 5.0 this is clean start.</summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>MQTT 5.0: the seconds that the server keeps the session after the connection; null: for ever where <see cref="CleanSession"/> is
    /// false, and not at all where it is true.</summary>
    public uint? SessionExpirySeconds { get; init; }

    /// <summary>Seconds of silence after which the client pings; 0 for never. At most 65535. A server may ask for another (MQTT 5.0 §3.2.2.3.14).</summary>
    public int KeepAliveSeconds { get; init; } = 60;

    /// <summary>How long TCP, TLS, authentication and CONNACK may take together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The largest packet that is taken, 5 to 268435460 bytes; an MQTT 5.0 server is told.</summary>
    public int MaxPacketBytes { get; init; } = 256 * 1024;

    /// <summary>The most messages of QoS 1 and 2 that wait for their acknowledgement; further ones wait in PublishAsync. An MQTT 5.0 server may
    /// allow fewer.</summary>
    public int MaxInFlight { get; init; } = 64;

    /// <summary>MQTT 5.0: the most messages of QoS 1 and 2 that the server may send before it waits for acknowledgements; at least 1.</summary>
    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>MQTT 5.0: how many topic aliases the server may use; each costs the memory of one topic.</summary>
    public ushort TopicAliasMaximum { get; init; }

    /// <summary>MQTT 5.0: how many topics the client abbreviates, where the server allows that many.</summary>
    public ushort MaxTopicAliases { get; init; } = 64;

    /// <summary>MQTT 5.0: asks the server for <see cref="MqttServerAnswer.ResponseInformation"/>.</summary>
    public bool RequestResponseInformation { get; init; }

    /// <summary>MQTT 5.0: false asks the server to leave reason strings and user properties out where it may.</summary>
    public bool RequestProblemInformation { get; init; } = true;

    /// <summary>MQTT 5.0: the user properties of CONNECT.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>The most messages that wait for the handler or reader. Beyond, QoS 0 is dropped and counted; QoS 1 and 2 end the connection,
    /// and come again with the next one where the session is kept.</summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>Called for each message, one after the other. Null: messages are read from <see cref="MqttClient.Messages"/>.</summary>
    public MqttMessageHandler? OnMessage { get; init; }

    /// <summary>Called instead of <see cref="OnMessage"/> where it is set.</summary>
    public MqttReceivedHandler? OnReceived { get; init; }

    /// <summary>The clock of keep-alive and time-outs.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    internal uint SessionExpiry => SessionExpirySeconds ?? (CleanSession ? 0 : uint.MaxValue);

    /// <summary>Without the password.</summary>
    public override string ToString() => $"MQTT client {ClientId} (user {UserName ?? "none"})";

    /// <summary>Says what is wrong before a connection is tried.</summary>
    /// <exception cref="ArgumentException">Something is out of range.</exception>
    internal void Check()
    {
        if (KeepAliveSeconds is < 0 or > ushort.MaxValue) throw Wrong(nameof(KeepAliveSeconds), KeepAliveSeconds, "0 to 65535");
        if (MaxPacketBytes is < 5 or > PacketFrame.MaxBytes) throw Wrong(nameof(MaxPacketBytes), MaxPacketBytes, $"5 to {PacketFrame.MaxBytes}");
        if (MaxInFlight is < 1 or > 1024) throw Wrong(nameof(MaxInFlight), MaxInFlight, "1 to 1024");
        if (ReceiveMaximum == 0) throw Wrong(nameof(ReceiveMaximum), ReceiveMaximum, "1 to 65535");
        if (MaxWaiting < 1) throw Wrong(nameof(MaxWaiting), MaxWaiting, "1 or more");
        if (Authenticator is not null && Version != ProtocolVersion.V5) throw new ArgumentException("An enhanced authentication needs MQTT 5.0: set Version.");
    }

    private static ArgumentException Wrong(string name, long value, string range) => new($"{name} is {value}: give {range}.");
}
