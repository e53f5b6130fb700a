using Edge.Transport.Tls;

namespace Edge.Gateway.Configuration;

/// <summary>Where XMPP clients are served, and what is asked of them.</summary>
public sealed class XmppListenerOptions : ListenerOptions, ICertificateDemand
{
    /// <summary>Lets clients on this machine sign in without TLS: programs beside the gateway, benches. Whoever comes from the network needs TLS all the same.</summary>
    public bool AllowPlain { get; set; }

    /// <inheritdoc/>
    public ClientCertificateDemand ClientCertificates { get; set; }

    /// <inheritdoc/>
    public string? ClientAuthority { get; set; }
}

/// <summary>What a listener asks of clients when they speak TLS.</summary>
internal interface ICertificateDemand
{
    /// <summary>Whether clients are asked for a certificate; TLS only.</summary>
    ClientCertificateDemand ClientCertificates { get; }

    /// <summary>The CA that client certificates must be of: a PEM file. Read again when it changes.</summary>
    string? ClientAuthority { get; }
}
