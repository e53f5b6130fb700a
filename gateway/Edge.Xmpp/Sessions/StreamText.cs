using System.Text;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>What a server says on the bytes of a connection to open and to end a stream (RFC 6120 §4.2, §4.4).</summary>
internal static class StreamText
{
    public const string End = "</stream:stream>";

    public static string Header(StreamOpening opening)
    {
        var text = new StringBuilder("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='")
            .Append(XmlText.Escape(opening.Id)).Append("' from='").Append(XmlText.Escape(opening.From));
        if (opening.To is { } to) text.Append("' to='").Append(XmlText.Escape(to));
        return text.Append("' version='1.0' xml:lang='").Append(XmlText.Escape(opening.Language)).Append("'>").ToString();
    }
}
