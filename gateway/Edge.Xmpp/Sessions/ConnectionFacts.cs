using System.Net;

namespace Edge.Xmpp.Sessions;

/// <summary>What is known of a connection.</summary>
/// <param name="Listener">The name of the listener that took it in.</param>
/// <param name="Binding">What carries the stream: <see cref="IXmppStream.Binding"/>.</param>
/// <param name="Remote">Where it comes from; null for a connection in memory.</param>
/// <param name="Since">When it came.</param>
internal sealed record ConnectionFacts(string Listener, string Binding, EndPoint? Remote, DateTimeOffset Since)
{
    /// <summary>The version of TLS below; null in the clear.</summary>
    public string? Tls { get; set; }

    /// <summary>Where it comes from, for people; empty in memory.</summary>
    public string Address => Remote?.ToString() ?? "";
}
