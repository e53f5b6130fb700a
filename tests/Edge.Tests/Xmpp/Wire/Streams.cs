using System.Buffers;
using System.Text;

using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Wire;

/// <summary>Reads whole streams for tests, cut as a test wants.</summary>
internal static class Streams
{
    public const string Header = "<stream:stream to='edge.local' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    public static XmlLimits Limits { get; } = new(65_536, 32, 16, 64);

    /// <summary>What a client sends in a typical session, with what makes parsers stumble.</summary>
    public const string Recorded =
        "<?xml version='1.0' encoding='UTF-8'?>\n" + Header
        + "<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>a&amp;b</resource></bind></iq>\n \t"
        + "<presence><priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node=\"x>y\" ver='a/b=='/></presence>"
        + "<message to='juliet@edge.local' type='chat' id=\"m'1\" xml:lang='de'><body>Grüße &lt;&#x1F600;&gt; 😀</body><x:y xmlns:x='urn:x' x:z='1'><![CDATA[<raw> ]] & ]]></x:y></message>"
        + "<iq  type = 'get'\nid='p1' ><ping xmlns='urn:xmpp:ping' /></iq  >"
        + "</stream:stream>";

    /// <summary>Every part as a line of text, the text of an error included.</summary>
    public static List<string> Read(params IEnumerable<byte[]> pieces)
    {
        var reader = new XmlStreamReader(Limits);
        var lines = new List<string>();
        var rest = Array.Empty<byte>();
        try
        {
            foreach (var piece in pieces)
            {
                rest = [.. rest, .. piece];
                var buffer = new ReadOnlySequence<byte>(rest);
                while (reader.TryRead(ref buffer, out var part)) lines.Add(Describe(part));
                rest = buffer.ToArray();
            }
        }
        catch (XmppStreamException e)
        {
            lines.Add("error: " + e.Condition);
        }

        return lines;
    }

    public static List<string> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    /// <summary>The error that this text within a stream leads to; null where there is none.</summary>
    public static string? ErrorOf(string text) =>
        Read(Header + text).LastOrDefault(l => l.StartsWith("error: ", StringComparison.Ordinal))?["error: ".Length..];

    public static Stanza Parse(string text) => StanzaParser.Parse(Encoding.UTF8.GetBytes(text), StreamHeader.Plain, Limits);

    private static string Describe(StreamPart part)
    {
        if (part.IsEnd) return "end";
        if (part.Header is { } header) return $"stream to {header.To} {header.Version}";

        var stanza = part.Stanza!;
        return $"{{{stanza.Namespace}}}{stanza.Name} type={stanza.Type} id={stanza.Id} to={Encoding.UTF8.GetString(stanza.ToBytes)} lang={stanza.Language} "
            + $"children={stanza.ChildCount} first={{{stanza.ChildNamespace}}}{stanza.ChildName} text={stanza.ToElement().Value}";
    }
}
