using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>Takes what a bound client sends between its stanzas: elements that are about the stream and go nowhere (XEP-0198, XEP-0352).
/// Register one, and the sessions find it.</summary>
internal interface IStreamElementHandler
{
    /// <summary>True where the element is this handler's.</summary>
    bool Takes(Stanza element);

    /// <summary>Does what it says; nothing more of this client is read until it is done.</summary>
    /// <exception cref="XmppStreamException">The stream ends here.</exception>
    ValueTask RunAsync(BoundResource bound, Stanza element, CancellationToken cancel);
}
