using Edge.Identity.Sasl;
using Edge.Xmpp.Sessions.Negotiation;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>One SASL mechanism (RFC 6120 §6), found among the services: to add one, add a class and register it.</summary>
internal interface ISaslMechanism
{
    /// <summary>The name as IANA has it.</summary>
    string Name { get; }

    /// <summary>Its place in what is offered; the lower comes first, and clients prefer it.</summary>
    int Order { get; }

    /// <summary>May this connection use it now?</summary>
    bool CanOffer(NegotiationState state);

    /// <summary>The condition for a client that asks for it all the same (RFC 6120 §6.5).</summary>
    string WhenNotOffered(NegotiationState state);

    /// <summary>An exchange with one client.</summary>
    ISaslExchange Begin(NegotiationState state);
}

/// <summary>One exchange of a mechanism: fed with the client's words, never used again after a success or a failure.</summary>
internal interface ISaslExchange
{
    /// <summary>The account's name as the client claims it, once it has: whose failures are counted. Null where it claims none.</summary>
    string? ClaimedName { get; }

    /// <summary>Takes the client's next words.</summary>
    ValueTask<SaslReply> NextAsync(string text, CancellationToken cancel);
}
