using System.Xml.Linq;

namespace Edge.Xmpp.Wire;

/// <summary>The peer broke a rule that ends the stream. The condition is one of RFC 6120 §4.9.3; the text is for people.</summary>
internal sealed class XmppStreamException(string condition, string text) : Exception(text)
{
    /// <summary>The defined condition, an element name.</summary>
    public string Condition { get; } = condition;

    /// <summary>What the condition's element holds, where it holds something.</summary>
    public string? Content { get; init; }

    /// <summary>An application-specific condition beside it (§4.9.4).</summary>
    public XElement? Detail { get; init; }

    /// <summary>The bytes are no XML at all (§4.9.3.13).</summary>
    public static XmppStreamException NotWellFormed(string text) => new(StreamErrors.NotWellFormed, text);

    /// <summary>XML that XMPP forbids (§11.1).</summary>
    public static XmppStreamException Restricted(string text) => new(StreamErrors.RestrictedXml, text);

    /// <summary>A limit of this server; the text names its key.</summary>
    public static XmppStreamException Policy(string text) => new(StreamErrors.PolicyViolation, text);
}

/// <summary>The conditions of RFC 6120 §4.9.3 that this server sends.</summary>
internal static class StreamErrors
{
    public const string BadFormat = "bad-format";
    public const string BadNamespacePrefix = "bad-namespace-prefix";
    public const string Conflict = "conflict";
    public const string ConnectionTimeout = "connection-timeout";
    public const string HostGone = "host-gone";
    public const string HostUnknown = "host-unknown";
    public const string ImproperAddressing = "improper-addressing";
    public const string InternalServerError = "internal-server-error";
    public const string InvalidFrom = "invalid-from";
    public const string InvalidNamespace = "invalid-namespace";
    public const string NotAuthorized = "not-authorized";
    public const string NotWellFormed = "not-well-formed";
    public const string PolicyViolation = "policy-violation";
    public const string Reset = "reset";
    public const string ResourceConstraint = "resource-constraint";
    public const string RestrictedXml = "restricted-xml";
    public const string SeeOtherHost = "see-other-host";
    public const string SystemShutdown = "system-shutdown";
    public const string UndefinedCondition = "undefined-condition";
    public const string UnsupportedEncoding = "unsupported-encoding";
    public const string UnsupportedStanzaType = "unsupported-stanza-type";
    public const string UnsupportedVersion = "unsupported-version";
}
