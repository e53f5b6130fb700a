using System.Text;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>Writes the stanzas that the server itself answers with.</summary>
internal static class Replies
{
    /// <summary>The answer to an iq (RFC 6120 §8.2.3).</summary>
    public static byte[] Iq(string id, Jid from, Jid to, IqResult result) =>
        Stanza("iq", id, from.ToString(), to, result.IsSuccess ? "result" : "error", result.Payload, result.Error);

    /// <summary>The error for a stanza that a client sent (RFC 6120 §8.3.1); from where it had been sent to.</summary>
    public static byte[] Error(Stanza stanza, Jid sender, string? addressed, StanzaError error) =>
        Stanza(stanza.Name, stanza.Id, addressed, sender, "error", null, error);

    /// <summary>An iq that the server sends.</summary>
    public static byte[] IqRequest(string id, Jid from, Jid to, IqType type, XElement payload) =>
        Stanza("iq", id, from.ToString(), to, type == IqType.Set ? "set" : "get", payload, null);

    /// <summary>Presence that has nothing to say but its type.</summary>
    public static byte[] Presence(Jid from, Jid to, string type) => Stanza("presence", null, from.ToString(), to, type, null, null);

    private static byte[] Stanza(string name, string? id, string? from, Jid to, string type, XElement? payload, StanzaError? error)
    {
        var text = new StringBuilder(256).Append('<').Append(name).Append(" type='").Append(XmlText.Escape(type));
        if (id is not null) text.Append("' id='").Append(XmlText.Escape(id));
        if (from is not null) text.Append("' from='").Append(XmlText.Escape(from));
        text.Append("' to='").Append(XmlText.Escape(to.ToString())).Append('\'');
        if (payload is null && error is null) return Encoding.UTF8.GetBytes(text.Append("/>").ToString());

        text.Append('>');
        if (payload is not null) text.Append(XmlText.ToText(payload));
        if (error is not null) text.Append(XmlText.ToText(ToElement(error)));
        return Encoding.UTF8.GetBytes(text.Append("</").Append(name).Append('>').ToString());
    }

    /// <summary>The element <c>error</c>.</summary>
    public static XElement ToElement(StanzaError error)
    {
        var element = new XElement(XmppNames.Client + "error", new XAttribute("type", error.Type), new XElement(XmppNames.StanzaErrors + error.Condition));
        if (error.Code is { } code) element.SetAttributeValue("code", code);
        if (error.Text is not null)
            element.Add(new XElement(XmppNames.StanzaErrors + "text", new XAttribute(XNamespace.Xml + "lang", "en"), error.Text));
        element.Add(error.Details);
        return element;
    }

    /// <summary>Reads the error of an answer; a missing or strange one still is an error.</summary>
    public static StanzaError ReadError(XElement stanza)
    {
        if (stanza.Element(stanza.Name.Namespace + "error") is not { } error) return new("cancel", "undefined-condition");

        var condition = error.Elements().FirstOrDefault(e => e.Name.Namespace == XmppNames.StanzaErrors && e.Name.LocalName != "text");
        return new((string?)error.Attribute("type") ?? "cancel", condition?.Name.LocalName ?? "undefined-condition",
            (string?)error.Element(XmppNames.StanzaErrors + "text"))
        {
            Details = [.. error.Elements().Where(e => e.Name.Namespace != XmppNames.StanzaErrors)],
        };
    }
}
