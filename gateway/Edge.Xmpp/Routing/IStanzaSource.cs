using Edge.Things;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>Who sends a stanza and is told what becomes of it: a client (<see cref="BoundResource"/>), a component, or a service of our own.</summary>
internal interface IStanzaSource
{
    /// <summary>Whose stanza it is; trusted.</summary>
    Jid Jid { get; }

    /// <summary><see cref="Jid"/> without its resource.</summary>
    Jid Bare { get; }

    /// <summary>What it has asked services for; null where it waits for each answer itself.</summary>
    RequestChains? Requests { get; }

    /// <summary>The turns that a request to a service waits for.</summary>
    string TurnsAt(string host) => host;

    /// <summary>The stanza for another stream, with its true sender.</summary>
    ReadOnlyMemory<byte> Stamped(Stanza stanza);

    /// <summary>Hands a stanza back: an answer, or an error.</summary>
    /// <returns>False where it is there no more.</returns>
    bool TryDeliver(ReadOnlyMemory<byte> stanza);
}

/// <summary>A service of our own that sends: its stanzas stand for themselves, and errors are nobody's business (RFC 6120 §8.3.1 lets it ignore them).</summary>
internal sealed class ServiceSource(Jid jid) : IStanzaSource
{
    public Jid Jid { get; } = jid;

    public Jid Bare { get; } = jid.Bare;

    public RequestChains? Requests => null;

    public ReadOnlyMemory<byte> Stamped(Stanza stanza) => stanza.Bytes;

    public bool TryDeliver(ReadOnlyMemory<byte> stanza) => true;
}
