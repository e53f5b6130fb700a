namespace Edge.Xmpp.Routing;

/// <summary>A stanza that went to a client, which never said that it came.</summary>
/// <param name="Bytes">The whole stanza.</param>
/// <param name="At">When it went out first, for a stamp of delay (XEP-0203).</param>
internal readonly record struct UndeliveredStanza(ReadOnlyMemory<byte> Bytes, DateTimeOffset At);
