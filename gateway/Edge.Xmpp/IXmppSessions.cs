namespace Edge.Xmpp;

/// <summary>One client that is online.</summary>
/// <param name="Address">Its full address.</param>
/// <param name="Remote">Where it connects from; empty while it is away for a moment.</param>
/// <param name="Carrier">The listener and what carries the stream, such as <c>xmpp tcp</c>; empty while it is away.</param>
/// <param name="Tls">The version of TLS; empty in the clear.</param>
/// <param name="State"><c>available</c>, <c>unavailable</c>, or <c>away</c> while it is expected to come back (XEP-0198).</param>
/// <param name="Since">When it first connected.</param>
public sealed record XmppSessionFacts(string Address, string Remote, string Carrier, string Tls, string State, DateTimeOffset Since)
{
    /// <summary>Stanzas from the client.</summary>
    public long StanzasIn { get; init; }

    /// <summary>Stanzas to the client.</summary>
    public long StanzasOut { get; init; }

    /// <summary>Bytes of the stanzas from the client.</summary>
    public long BytesIn { get; init; }

    /// <summary>Bytes of the stanzas to the client.</summary>
    public long BytesOut { get; init; }

    /// <summary>Bytes that wait for the client to read.</summary>
    public long BytesWaiting { get; init; }
}

/// <summary>Who is online, for operators.</summary>
public interface IXmppSessions
{
    /// <summary>Everybody, or one account's clients, by address.</summary>
    /// <param name="account">The account's name without the domain; null for all.</param>
    IReadOnlyList<XmppSessionFacts> List(string? account = null);

    /// <summary>Ends a session.</summary>
    /// <param name="address">Its full address.</param>
    /// <param name="reason">For the client and the log.</param>
    /// <returns>False where there is none.</returns>
    bool End(string address, string reason);
}
