using System.Net.Security;
using System.Xml.Linq;

using Edge.Transport;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>
/// A client's stream, whatever carries it: a connection (RFC 6120), a WebSocket (RFC 7395) or requests of HTTP (XEP-0206). The session above
/// does not know which. One reads, one writes: negotiation and, later, the outbox's pump, never both.
/// </summary>
internal interface IXmppStream : IOutboxSink<ReadOnlyMemory<byte>>, IAsyncDisposable
{
    /// <summary>What carries it: <c>tcp</c>, <c>websocket</c> or <c>bosh</c>; for figures and logs.</summary>
    string Binding { get; }

    /// <summary>What the client said when it opened its stream.</summary>
    StreamHeader Header { get; }

    /// <summary>TLS below; null in the clear.</summary>
    TlsFacts? Tls { get; }

    /// <summary>STARTTLS can be offered.</summary>
    bool CanUpgrade { get; }

    /// <summary>When something last came, as a timestamp of the clock.</summary>
    long LastReceived { get; }

    /// <summary>Holds what comes in to its rate: the stream counts its bytes and pauses, whoever takes the parts counts those.</summary>
    InputRate Rate { get; }

    /// <summary>The next part, as soon as it is whole.</summary>
    /// <exception cref="XmppStreamException">The peer broke a rule.</exception>
    /// <exception cref="EndOfStreamException">The connection ended without an end of the stream.</exception>
    ValueTask<StreamPart> ReadAsync(CancellationToken cancel);

    /// <summary>From here on the peer is who it says: the larger limits count.</summary>
    void Trust();

    /// <summary>What comes next is a new stream (RFC 6120 §4.3.3).</summary>
    void Restart();

    /// <summary>Tells the client to go ahead, and goes on encrypted, where <see cref="CanUpgrade"/>, and begins a new stream.</summary>
    /// <exception cref="XmppStreamException">The peer sent more before the handshake (RFC 7590, CVE-2011-0411).</exception>
    ValueTask UpgradeAsync(SslServerAuthenticationOptions handshake, CancellationToken cancel);

    /// <summary>Opens our side of the stream.</summary>
    ValueTask OpenAsync(StreamOpening opening, CancellationToken cancel);

    /// <summary>Ends our side, with an error where there is one; opens it before, where that has not been done.</summary>
    ValueTask CloseAsync(StreamFault? fault, CancellationToken cancel);

    /// <summary>Writes one element of negotiation, with its namespaces as on a stream of <c>jabber:client</c>.</summary>
    async ValueTask WriteAsync(ReadOnlyMemory<byte> element, CancellationToken cancel)
    {
        Put(element);
        await FlushAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>As above.</summary>
    ValueTask WriteAsync(XElement element, CancellationToken cancel) => WriteAsync(XmlText.ToBytes(element), cancel);
}
