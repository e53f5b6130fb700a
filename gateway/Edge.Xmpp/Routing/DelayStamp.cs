using System.Text;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules.DateTimes;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>Writes into a stanza when it was sent, and who held it up (XEP-0203), and lets nobody else write that in the server's name. Only the stanza's own
/// children count: what it forwards (XEP-0297) has stamps of its own.</summary>
internal static class DelayStamp
{
    private static readonly XName Delay = XName.Get("delay", "urn:xmpp:delay");

    /// <summary>The stanza with the stamp as its last child; one that has a stamp of <paramref name="from"/> keeps that.</summary>
    /// <param name="stanza">One whole stanza, as a stream carries it.</param>
    /// <param name="from">Who held it up: the server's domain.</param>
    /// <param name="at">When he got it.</param>
    public static string Add(string stanza, string from, DateTimeOffset at)
    {
        if (stanza.Contains(Delay.LocalName, StringComparison.Ordinal) && IsStamped(Parse(Encoding.UTF8.GetBytes(stanza)).ToElement(), from)) return stanza;

        var delay = $"<delay xmlns='{Delay.NamespaceName}' from='{XmlText.Escape(from)}' stamp='{XmppTime.Write(at)}'/>";
        var end = stanza.LastIndexOf("</", StringComparison.Ordinal);
        if (end >= 0) return stanza.Insert(end, delay);

        // Without content: <message …/>.
        var nameEnd = stanza.AsSpan().IndexOfAny(" \t\r\n/");
        return $"{stanza.AsSpan(0, stanza.LastIndexOf("/>", StringComparison.Ordinal))}>{delay}</{stanza.AsSpan(1, nameEnd - 1)}>";
    }

    /// <inheritdoc cref="Add(string, string, DateTimeOffset)"/>
    public static byte[] Add(ReadOnlyMemory<byte> stanza, string from, DateTimeOffset at) =>
        Encoding.UTF8.GetBytes(Add(Encoding.UTF8.GetString(stanza.Span), from, at));

    /// <summary>What somebody sends, without stamps in the name of <paramref name="domain"/>: only the server itself knows when it held something up.</summary>
    public static Stanza WithoutForged(Stanza stanza, string domain)
    {
        // An element's name has one spelling: whoever does not speak of delays costs a look at his bytes.
        if (stanza.ChildCount == 0 || stanza.Kind == StanzaKind.Iq || stanza.Bytes.AsSpan().IndexOf("delay"u8) < 0) return stanza;
        if (!IsStamped(stanza.ToElement(), domain)) return stanza;

        var copy = new XElement(stanza.ToElement());
        copy.Elements(Delay).Where(d => IsOf(d, domain)).Remove();
        return Parse(XmlText.ToBytes(copy));
    }

    private static bool IsStamped(XElement stanza, string from) => stanza.Elements(Delay).Any(d => IsOf(d, from));

    private static bool IsOf(XElement delay, string domain) =>
        Jid.TryParse((string?)delay.Attribute("from"), out var jid) && jid.Local.Length == 0 && jid.Domain == domain;

    private static Stanza Parse(byte[] bytes) => StanzaParser.Parse(bytes, StreamHeader.Plain, XmlText.OwnLimits);
}
