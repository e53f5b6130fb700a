using System.Net;

namespace Edge.Xmpp.Sessions;

/// <summary>What is known of a connection.</summary>
/// <param name="Listener">The name of the listener that took it in.</param>
/// <param name="Remote">Where it comes from; null for a connection in memory.</param>
/// <param name="Since">When it came.</param>
internal sealed record ConnectionFacts(string Listener, EndPoint? Remote, DateTimeOffset Since)
{
    /// <summary>Nobody on the way reads it.</summary>
    public bool IsEncrypted { get; set; }
}
