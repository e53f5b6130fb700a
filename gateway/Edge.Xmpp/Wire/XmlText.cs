using System.Buffers;
using System.Text;
using System.Xml.Linq;

namespace Edge.Xmpp.Wire;

/// <summary>Writes XML for the wire: compact, in UTF-8, with namespaces declared where they change, and never a character that XML
/// cannot hold, whatever a caller put into the tree.</summary>
internal static class XmlText
{
    /// <summary>For what we wrote ourselves: no peer's limits.</summary>
    public static XmlLimits OwnLimits { get; } = new(int.MaxValue, 512, 512, 4096);

    private static readonly SearchValues<char> SpecialInValues = SearchValues.Create(
        [.. "<>&\"'\uFFFE\uFFFF", .. Enumerable.Range(0, 32).Select(c => (char)c), .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c)]);

    private static readonly SearchValues<char> SpecialInText = SearchValues.Create(
        [.. "<>&\"'\uFFFE\uFFFF", .. Enumerable.Range(0, 32).Select(c => (char)c).Except("\t\n"), .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c)]);

    /// <summary>An element as it stands on a stream whose default namespace is <c>jabber:client</c>.</summary>
    public static byte[] ToBytes(XElement element) => Encoding.UTF8.GetBytes(ToText(element));

    /// <summary>As <see cref="ToBytes"/>, as text.</summary>
    public static string ToText(XElement element, string defaultNamespace = XmppNames.ClientNamespace)
    {
        var text = new StringBuilder(256);
        Append(text, element, defaultNamespace, isTop: true);
        return text.ToString();
    }

    /// <summary>An attribute with a blank in front of it, ready to be put into a start tag.</summary>
    public static byte[] Attribute(string name, string value)
    {
        var text = new StringBuilder(value.Length + name.Length + 4).Append(' ').Append(name).Append("='");
        return Encoding.UTF8.GetBytes(AppendEscaped(text, value).Append('\'').ToString());
    }

    /// <summary>A value, or a text, with everything replaced that has a meaning in XML.</summary>
    public static string Escape(string text) => AppendEscaped(new StringBuilder(text.Length + 16), text).ToString();

    private static void Append(StringBuilder text, XElement element, string scope, bool isTop = false)
    {
        var ns = element.Name.NamespaceName;
        // The stream declares the prefix `stream` for its own elements. Within a stanza, which goes to others and is kept, everything
        // carries its namespace itself.
        var isStreams = isTop && ns == XmppNames.StreamNamespace;
        var isXml = ns == XmppNames.XmlNamespace; // known everywhere by its prefix, and must not be the default (Namespaces in XML 1.0 §3)
        var name = (isStreams ? "stream:" : isXml ? "xml:" : "") + element.Name.LocalName;
        var inner = isStreams || isXml ? scope : ns;
        text.Append('<').Append(name);
        if (inner != scope) AppendEscaped(text.Append(" xmlns='"), inner).Append('\'');
        AppendAttributes(text, element);
        if (!element.Nodes().Any())
        {
            text.Append("/>");
            return;
        }

        text.Append('>');
        foreach (var node in element.Nodes())
        {
            if (node is XElement child) Append(text, child, inner);
            else if (node is XText { Value: var value }) AppendEscaped(text, value, SpecialInText);
        }

        text.Append("</").Append(name).Append('>');
    }

    private static void AppendAttributes(StringBuilder text, XElement element)
    {
        var prefixes = 0;
        foreach (var attribute in element.Attributes())
        {
            if (attribute.IsNamespaceDeclaration) continue;

            text.Append(' ');
            var ns = attribute.Name.NamespaceName;
            if (ns == XmppNames.XmlNamespace) text.Append("xml:");
            else if (ns.Length > 0)
            {
                var prefix = "n" + prefixes++;
                AppendEscaped(text.Append("xmlns:").Append(prefix).Append("='"), ns).Append("' ").Append(prefix).Append(':');
            }

            AppendEscaped(text.Append(attribute.Name.LocalName).Append("='"), attribute.Value).Append('\'');
        }
    }

    private static StringBuilder AppendEscaped(StringBuilder text, ReadOnlySpan<char> value) => AppendEscaped(text, value, SpecialInValues);

    private static StringBuilder AppendEscaped(StringBuilder text, ReadOnlySpan<char> value, SearchValues<char> special)
    {
        while (value.IndexOfAny(special) is >= 0 and var at)
        {
            text.Append(value[..at]);
            Rune.DecodeFromUtf16(value[at..], out var rune, out var taken); // an unpaired surrogate becomes U+FFFD
            AppendSpecial(text, rune);
            value = value[(at + taken)..];
        }

        return text.Append(value);
    }

    private static void AppendSpecial(StringBuilder text, Rune rune) => _ = rune.Value switch
    {
        '<' => text.Append("&lt;"),
        '>' => text.Append("&gt;"),
        '&' => text.Append("&amp;"),
        '"' => text.Append("&quot;"),
        '\'' => text.Append("&apos;"),
        '\t' => text.Append("&#9;"), // as they are, readers take them for blanks in a value (XML 1.0 §3.3.3), and '\r' for '\n' in a text
        '\n' => text.Append("&#10;"),
        '\r' => text.Append("&#13;"),
        < 32 or 0xFFFE or 0xFFFF => text.Append('\uFFFD'),
        _ => text.Append(rune.ToString()),
    };
}
