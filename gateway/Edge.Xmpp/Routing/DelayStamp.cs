using System.Globalization;
using System.Text;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>Writes into a stanza when it was sent, and who held it up (XEP-0203).</summary>
internal static class DelayStamp
{
    private const string Start = "<delay xmlns='urn:xmpp:delay' from='";

    /// <summary>The stanza with the stamp as its last child; one that has a stamp of <paramref name="from"/> keeps that.</summary>
    /// <param name="stanza">One whole stanza, as a stream carries it.</param>
    /// <param name="from">Who held it up.</param>
    /// <param name="at">When he got it.</param>
    public static string Add(string stanza, string from, DateTimeOffset at)
    {
        var start = Start + XmlText.Escape(from) + '\'';
        if (stanza.Contains(start, StringComparison.Ordinal)) return stanza;

        // XEP-0082: UTC, with a Z.
        var delay = string.Create(CultureInfo.InvariantCulture, $"{start} stamp='{at.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}'/>");
        var end = stanza.LastIndexOf("</", StringComparison.Ordinal);
        if (end >= 0) return stanza.Insert(end, delay);

        // Without content: <message …/>.
        var nameEnd = stanza.AsSpan().IndexOfAny(" \t\r\n/");
        return $"{stanza.AsSpan(0, stanza.LastIndexOf("/>", StringComparison.Ordinal))}>{delay}</{stanza.AsSpan(1, nameEnd - 1)}>";
    }

    /// <inheritdoc cref="Add(string, string, DateTimeOffset)"/>
    public static byte[] Add(ReadOnlyMemory<byte> stanza, string from, DateTimeOffset at) =>
        Encoding.UTF8.GetBytes(Add(Encoding.UTF8.GetString(stanza.Span), from, at));
}
