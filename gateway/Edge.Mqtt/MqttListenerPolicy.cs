namespace Edge.Mqtt;

/// <summary>What one listener allows. Each has its own: what is good enough on loopback is not on the network.</summary>
public sealed record MqttListenerPolicy
{
    /// <summary>How the listener is called in logs and metrics, such as <c>tls</c> or <c>loopback</c>.</summary>
    public string Name { get; init; } = "mqtt";

    /// <summary>Lets clients in without a password and with every right. For tests and throw-away benches only.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Lets a feature grant a bootstrap session to a client without a password.</summary>
    public bool AllowBootstrap { get; init; } = true;
}
