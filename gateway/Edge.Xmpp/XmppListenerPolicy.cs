using System.Net;
using System.Net.Sockets;

using Edge.Transport.Tls;

namespace Edge.Xmpp;

/// <summary>What one listener allows. Each has its own: what is good enough on loopback is not on the network.</summary>
public sealed record XmppListenerPolicy
{
    /// <summary>How the listener is called in logs and metrics.</summary>
    public string Name { get; init; } = "xmpp";

    /// <summary>Lets clients sign in without TLS. It is heeded for loopback connections only, whatever the listener is bound to; STARTTLS
    /// is still offered.</summary>
    public bool AllowPlain { get; init; }

    /// <summary>Asks clients for a certificate when they speak TLS, for signing in with it (XEP-0178); null does not ask. On a listener with TLS of
    /// its own, the listener asks.</summary>
    public ClientCertificates? ClientCertificates { get; init; }

    /// <summary>May a client that connects from there go without TLS? Null is a connection in memory.</summary>
    internal bool AllowsPlainFor(EndPoint? remote) =>
        AllowPlain && (remote is null or UnixDomainSocketEndPoint || (remote is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address)));
}
