namespace Edge.Gateway.Configuration;

/// <summary>Where the portal is served, and what MQTT clients may do that come there in a WebSocket.</summary>
public sealed class PortalListenerOptions : ListenerOptions, IMqttPolicyOptions
{
    /// <inheritdoc/>
    public bool Anonymous { get; set; }

    /// <inheritdoc/>
    public bool AllowBootstrap { get; set; } = true;

    /// <inheritdoc/>
    public bool ClearText { get; set; }
}

/// <summary>What a listener allows to MQTT clients.</summary>
internal interface IMqttPolicyOptions
{
    /// <summary>Lets MQTT clients in without a password and with every right. Only for benches that nobody else reaches.</summary>
    bool Anonymous { get; }

    /// <summary>Lets new nodes knock without a password, to be befriended.</summary>
    bool AllowBootstrap { get; }

    /// <summary>Lets a listener without TLS take connections from the network, where passwords and tokens can be read on the way. False keeps it to this machine.</summary>
    bool ClearText { get; }
}
