using Edge.Things;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>Wants copies of messages for an account's other clients. It is told on the way of every message, and returns quickly. Found through the container.</summary>
internal interface IMessageCopies
{
    /// <summary>A client here sends a message that no filter stops.</summary>
    void Sent(BoundResource sender, Stanza message, Jid to);

    /// <summary>A message to an account here has been delivered.</summary>
    /// <param name="sender">Who sent it.</param>
    /// <param name="message">The message as it came.</param>
    /// <param name="to">As it was addressed.</param>
    /// <param name="exact">The one client that got it; null: every available client whose priority is not negative.</param>
    void Received(IStanzaSource sender, Stanza message, Jid to, BoundResource? exact);
}
