using System.Text;
using System.Xml;
using System.Xml.Linq;

using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Wire;

/// <summary>Sessions changed at random: what we take as XML must be XML for others, too, for it goes to them as it came.</summary>
public sealed class XmlMutationTests
{
    private static readonly string[] Tokens =
        ["<", ">", "/", "</", "/>", "'", "\"", "=", "&", ";", "<!", "<?", "]]>", "<![CDATA[", "&#x", "xmlns", "xmlns:p='", "p:", ":", " ", "\0", "\uFFFE", "é", "<a>", "</a>",
        " xml:space='", " xml:lang='", " xmlns='", "xml:", "xmlns:", "default", "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/", "\t", "&#9;"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_passed_on_is_well_formed_for_others(int seed)
    {
        var random = new Random(seed);
        var session = Encoding.UTF8.GetBytes(Streams.Recorded);
        var taken = 0;
        for (var round = 0; round < 5_000; round++) taken += Check(Mutate(session, random), round);
        Assert.True(taken > 5_000, $"Only {taken} elements were taken: the mutations are too wild to mean anything.");
    }

    private static int Check(byte[] bytes, int round)
    {
        var reader = new XmlStreamReader(Streams.Limits);
        var buffer = new System.Buffers.ReadOnlySequence<byte>(bytes);
        var taken = 0;
        try
        {
            while (reader.TryRead(ref buffer, out var part))
            {
                if (part.Stanza is not { } stanza) continue;
                taken++;
                CheckTree(stanza, round);
                CheckStamped(stanza, round);
            }
        }
        catch (XmppStreamException)
        {
            // Refused: as good as taken. Any other exception fails the test.
        }

        return taken;
    }

    // Whoever handles an element makes a tree of it: the reader of trees must not see what ours has not.
    private static void CheckTree(Stanza stanza, int round)
    {
        try
        {
            var element = stanza.ToElement();
            Assert.Equal((stanza.Namespace, stanza.Name, stanza.Id), (element.Name.NamespaceName, element.Name.LocalName, (string?)element.Attribute("id")));
            Assert.Equal(stanza.ChildCount, element.Elements().Count());
            var written = StanzaParser.Parse(Edge.Xmpp.Wire.XmlText.ToBytes(element), StreamHeader.Plain, Edge.Xmpp.Wire.XmlText.OwnLimits).ToElement();
            Assert.Equal((element.Name, element.Value), (written.Name, written.Value));
        }
        catch (XmppStreamException e)
        {
            Assert.Fail($"Round {round}: {e.Message}\n{Encoding.UTF8.GetString(stanza.Bytes)}");
        }
    }

    private static void CheckStamped(Stanza stanza, int round)
    {
        if (stanza.Kind == StanzaKind.Other) return;

        var stamped = Encoding.UTF8.GetString(stanza.Stamp(Edge.Xmpp.Wire.XmlText.Attribute("from", "a@b/c"), default));
        try
        {
            var reference = XDocument.Parse($"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>{stamped}</stream:stream>");
            Assert.Equal("a@b/c", (string?)Assert.Single(reference.Root!.Elements()).Attribute("from"));
        }
        catch (XmlException e)
        {
            Assert.Fail($"Round {round}: {e.Message}\n{stamped}");
        }
    }

    private static byte[] Mutate(byte[] session, Random random)
    {
        var bytes = session.ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(Streams.Header.Length, bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at)); break;
                case 2: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)])); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - 20), random.Next(1, 20))); break;
                default: bytes[at] = bytes[random.Next(bytes.Count)]; break;
            }
        }

        return [.. bytes];
    }
}
