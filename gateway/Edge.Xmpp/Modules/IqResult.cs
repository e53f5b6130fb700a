using System.Xml.Linq;

namespace Edge.Xmpp.Modules;

/// <summary>
/// The outcome of an iq: a payload (null: an empty result), or an error. Expected failures are values. An error may carry a payload as
/// well: it is written before the <c>error</c> element (XEP-0324, listing 14: <c>rejected</c> in an iq of type error).
/// </summary>
public readonly record struct IqResult(XElement? Payload, StanzaError? Error)
{
    /// <summary>Called once the answer has been handed to the requester's connection, so that messages sent from here on arrive after the
    /// answer (XEP-0323 §3: <c>accepted</c>, then <c>fields</c>). It returns at once and does not throw.</summary>
    public Action? Answered { get; init; }

    /// <summary>Success without a payload.</summary>
    public static IqResult Empty => default;

    /// <summary>True where there is no error.</summary>
    public bool IsSuccess => Error is null;

    /// <summary>Success with a payload.</summary>
    public static implicit operator IqResult(XElement payload) => new(payload, null);

    /// <summary>Failure.</summary>
    public static implicit operator IqResult(StanzaError error) => new(null, error);
}

/// <summary>A stanza error (RFC 6120 §8.3): its type, its defined condition, a text for people, and application-specific children.</summary>
public sealed record StanzaError(string Type, string Condition, string? Text = null)
{
    /// <summary>Application-specific conditions.</summary>
    public IReadOnlyList<XElement> Details { get; init; } = [];

    /// <summary>The number of old (XEP-0086), for extensions that still want it; null for none.</summary>
    public int? Code { get; init; }

    /// <summary>The request is malformed.</summary>
    public static StanzaError BadRequest { get; } = new("modify", "bad-request");

    /// <summary>The recipient does not do this.</summary>
    public static StanzaError FeatureNotImplemented { get; } = new("cancel", "feature-not-implemented");

    /// <summary>Not allowed.</summary>
    public static StanzaError Forbidden { get; } = new("auth", "forbidden");

    /// <summary>There is no such thing.</summary>
    public static StanzaError ItemNotFound { get; } = new("cancel", "item-not-found");

    /// <summary>Not acceptable as it stands.</summary>
    public static StanzaError NotAcceptable { get; } = new("modify", "not-acceptable");

    /// <summary>Nobody may do this.</summary>
    public static StanzaError NotAllowed { get; } = new("cancel", "not-allowed");

    /// <summary>It did not answer in time.</summary>
    public static StanzaError RemoteServerTimeout { get; } = new("wait", "remote-server-timeout");

    /// <summary>A limit is reached.</summary>
    public static StanzaError ResourceConstraint { get; } = new("wait", "resource-constraint");

    /// <summary>Nobody there serves this.</summary>
    public static StanzaError ServiceUnavailable { get; } = new("cancel", "service-unavailable");

    /// <summary>The server itself failed.</summary>
    public static StanzaError InternalServerError { get; } = new("cancel", "internal-server-error");
}
