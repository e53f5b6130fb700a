using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>What a server says to open and to end a stream (RFC 6120 §4.2, §4.4, §4.9).</summary>
internal static class StreamText
{
    /// <summary>Our header; the id is new for each stream and cannot be guessed (§4.7.3).</summary>
    public static string Header(string domain, string? clientSaysItIs)
    {
        var text = new StringBuilder("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='")
            .Append(RandomNumberGenerator.GetHexString(20, lowercase: true)).Append("' from='").Append(XmlText.Escape(domain));
        if (Jid.TryParse(clientSaysItIs, out var jid)) text.Append("' to='").Append(XmlText.Escape(jid.ToString()));
        return text.Append("' version='1.0' xml:lang='en'>").ToString();
    }

    public static string Features(IEnumerable<XElement> features) =>
        XmlText.ToText(new XElement(XmppNames.Stream + "features", features));

    /// <summary>An error, and the end of the stream.</summary>
    public static string Error(string condition, string text) => XmlText.ToText(new XElement(
        XmppNames.Stream + "error",
        new XElement(XmppNames.StreamErrors + condition),
        new XElement(XmppNames.StreamErrors + "text", new XAttribute(XNamespace.Xml + "lang", "en"), text))) + "</stream:stream>";
}
