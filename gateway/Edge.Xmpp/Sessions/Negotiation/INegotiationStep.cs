using System.Net;
using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Sasl;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions.Negotiation;

/// <summary>What follows a step.</summary>
internal enum StepOutcome
{
    /// <summary>More of this stream.</summary>
    Continue,

    /// <summary>A new stream (RFC 6120 §4.3.3).</summary>
    Restart,

    /// <summary>The client is bound: stanzas may flow.</summary>
    Done,

    /// <summary>The client closed its stream.</summary>
    Closed,
}

/// <summary>One feature of stream negotiation (RFC 6120 §4.3): what is offered when, and what happens when the client takes it up.</summary>
internal interface INegotiationStep
{
    /// <summary>Its place among the features; the lower comes first.</summary>
    int Order { get; }

    /// <summary>Elements to offer now; none where it is not the time.</summary>
    IEnumerable<XElement> Offer(NegotiationState state);

    /// <summary>True where the element is this step's, and it is the time. Some steps only tell something: nothing is taken up.</summary>
    bool Takes(NegotiationState state, Stanza element) => false;

    /// <summary>Does the step.</summary>
    /// <exception cref="XmppStreamException">The stream ends here.</exception>
    ValueTask<StepOutcome> RunAsync(NegotiationState state, Stanza element, CancellationToken cancel) => throw new InvalidOperationException("There is nothing to negotiate.");
}

/// <summary>How far a connection has come.</summary>
internal sealed class NegotiationState(IXmppStream stream, XmppListenerPolicy policy, EndPoint? remote, Func<string, BoundResource> makeResource)
{
    public IXmppStream Stream { get; } = stream;

    public XmppListenerPolicy Policy { get; } = policy;

    /// <summary>Where the client connects from; null in memory.</summary>
    public EndPoint? Remote { get; } = remote;

    /// <summary>Signing in without TLS is allowed here.</summary>
    public bool MayBePlain { get; } = policy.AllowsPlainFor(remote);

    /// <summary>What TLS below the stream tells of both sides: certificates, channel bindings; null in the clear.</summary>
    public TlsFacts? Tls => Stream.Tls;

    public bool IsEncrypted => Tls is not null;

    /// <summary>Passwords may be used: nobody on the way can read them.</summary>
    public bool MaySignIn => IsEncrypted || MayBePlain;

    /// <summary>The connection, for a resource that gets it.</summary>
    public required ClientLink Link { get; init; }

    /// <summary>Who signed in.</summary>
    public Account? Account { get; set; }

    /// <summary>An exchange of SASL that is under way.</summary>
    public ISaslExchange? Exchange { get; set; }

    /// <summary>The name of the mechanism that was begun last; null where none was.</summary>
    public string? Mechanism { get; set; }

    /// <summary><see cref="IAccountChanges.Count"/> before what was shown was looked at.</summary>
    public long AccountChanges { get; set; }

    /// <summary>What the client signed in with, where that does not hold for ever: a token, or a certificate.</summary>
    public Credential? Credential { get; set; }

    public int FailedLogins { get; set; }

    /// <summary>The client, once bound.</summary>
    public BoundResource? Bound { get; set; }

    /// <summary>Makes the client's end under a full address.</summary>
    public BoundResource MakeResource(string fullJid) => makeResource(fullJid);
}
