using Edge.Transport.Tls;

namespace Edge.Gateway.Configuration;

/// <summary>Where MQTT is served, and who may connect there.</summary>
public class MqttListenerOptions : ListenerOptions, IMqttPolicyOptions, ICertificateDemand
{
    /// <summary>Lets clients in without a password and with every right. Only for benches that nobody else reaches.</summary>
    public bool Anonymous { get; set; }

    /// <summary>Lets new nodes knock without a password, to be befriended.</summary>
    public bool AllowBootstrap { get; set; } = true;

    /// <summary>Lets a listener without TLS take connections from the network, where passwords and tokens can be read on the way. False keeps it to this machine.</summary>
    public bool ClearText { get; set; }

    /// <summary>Whether clients are asked for a certificate; TLS only.</summary>
    public ClientCertificateDemand ClientCertificates { get; set; }

    /// <summary>The CA that client certificates must be of: a PEM file. Read again when it changes.</summary>
    public string? ClientAuthority { get; set; }
}

/// <summary>What a further listener speaks.</summary>
public enum MqttListenerProtocol
{
    /// <summary>MQTT over TLS.</summary>
    Mqtts,

    /// <summary>MQTT in clear text.</summary>
    Mqtt,
}

/// <summary>A further listener for MQTT.</summary>
public sealed class MoreListenerOptions : MqttListenerOptions
{
    /// <summary>How logs call it.</summary>
    public string Name { get; set; } = "";

    /// <summary>With TLS or without.</summary>
    public MqttListenerProtocol Protocol { get; set; }
}
