namespace Edge.Gateway.Configuration;

/// <summary>Where XMPP components sign in.</summary>
public sealed class ComponentListenerOptions : ListenerOptions
{
    /// <summary>They begin with TLS. Without, the listener is for this machine: their stanzas are everybody's on the way.</summary>
    public bool Tls { get; set; }
}
