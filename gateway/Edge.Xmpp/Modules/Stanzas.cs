using System.Xml.Linq;

using Edge.Things;

namespace Edge.Xmpp.Modules;

/// <summary>The two kinds of iq request.</summary>
public enum IqType
{
    /// <summary>Not an iq.</summary>
    None,

    /// <summary>Asks.</summary>
    Get,

    /// <summary>Changes.</summary>
    Set,
}

/// <summary>An iq request as a handler sees it: <see cref="From"/> is stamped by the server and can be trusted.</summary>
public sealed record Iq(string Id, IqType Type, Jid From, Jid To, XElement Payload)
{
    /// <summary>The host whose handler is run, by the name that modules gave it: an address alone does not tell, where the server is another's.</summary>
    public string Host { get; init; } = "";
}

/// <summary>A message as a handler sees it.</summary>
public sealed record Message(string? Id, string Type, Jid From, Jid To, XElement Stanza)
{
    /// <summary>The child that the handler was registered for.</summary>
    public required XElement Payload { get; init; }
}

/// <summary>A presence as a handler sees it; <see cref="Type"/> is empty for available presence.</summary>
public sealed record Presence(string Type, Jid From, Jid To, XElement Stanza);
