using System.Xml.Linq;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>Why a stream ends with an error (RFC 6120 §4.9).</summary>
/// <param name="Condition">One of §4.9.3: an element name.</param>
/// <param name="Text">For people.</param>
/// <param name="Content">What the condition holds: for <c>see-other-host</c>, the other host (§4.9.3.19).</param>
internal sealed record StreamFault(string Condition, string Text, string? Content = null)
{
    /// <summary>An application-specific condition beside it (§4.9.4).</summary>
    public XElement? Detail { get; init; }

    public static StreamFault Of(XmppStreamException broken) => new(broken.Condition, broken.Message, broken.Content) { Detail = broken.Detail };

    public XElement ToElement() => new(
        XmppNames.Stream + "error",
        new XElement(XmppNames.StreamErrors + Condition, Content),
        new XElement(XmppNames.StreamErrors + "text", new XAttribute(XNamespace.Xml + "lang", "en"), Text),
        Detail);
}
