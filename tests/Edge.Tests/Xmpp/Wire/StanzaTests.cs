using System.Text;
using System.Xml.Linq;

using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Wire;

public sealed class StanzaTests
{
    private static readonly byte[] From = XmlText.Attribute("from", "romeo@edge.local/a'b");

    [Theory]
    [InlineData("<message/>", "<message from='romeo@edge.local/a&apos;b'/>")]
    [InlineData("<message to='x'>a</message>", "<message from='romeo@edge.local/a&apos;b' to='x'>a</message>")]
    [InlineData("<message from='mallory' to='x'/>", "<message from='romeo@edge.local/a&apos;b'  to='x'/>")]
    [InlineData("<message to='x' from=\"mallory\">a</message>", "<message from='romeo@edge.local/a&apos;b' to='x' >a</message>")]
    public void The_sender_is_stamped_in_place_of_what_was_claimed(string stanza, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(Streams.Parse(stanza).Stamp(From, default)));

    [Theory]
    [InlineData("<a h='12'/>", "12")]
    [InlineData("<a xmlns='urn:xmpp:sm:3' h = \"7\" other='x'>text</a>", "7")]
    [InlineData("<a oh='1'/>", "")]
    public void An_attribute_is_found_without_a_tree(string stanza, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(Streams.Parse(stanza).Attribute("h"u8)));

    [Fact]
    public void An_attribute_is_found_among_many()
    {
        var many = string.Concat(Enumerable.Range(0, 100).Select(i => $" a{i}='{i}'"));
        var stanza = StanzaParser.Parse(Encoding.UTF8.GetBytes($"<a{many} h='1'/>"), StreamHeader.Plain, XmlText.OwnLimits);
        Assert.Equal("1", Encoding.UTF8.GetString(stanza.Attribute("h"u8)));
    }

    [Theory]
    [InlineData("<message/>", "de")]
    [InlineData("<message xml:lang='fr'/>", "fr")]
    public void The_language_of_the_stream_is_added_where_the_stanza_names_none(string stanza, string expected)
    {
        var stamped = XElement.Parse(Encoding.UTF8.GetString(Streams.Parse(stanza).Stamp(From, XmlText.Attribute("xml:lang", "de"))));
        Assert.Equal(expected, (string?)stamped.Attribute(XNamespace.Xml + "lang"));
    }

    [Fact]
    public void A_prefix_declared_on_the_stream_is_declared_anew_for_others()
    {
        var header = StreamHeader.Parse(Encoding.UTF8.GetBytes(
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' xmlns:e='urn:extra'>"), Streams.Limits);
        var stanza = StanzaParser.Parse("<message><e:a e:b='1'><c/></e:a></message>"u8.ToArray(), header, Streams.Limits);

        var alone = XElement.Parse(Encoding.UTF8.GetString(stanza.Stamp(From, default)));

        var child = Assert.Single(alone.Elements());
        Assert.Equal(XName.Get("a", "urn:extra"), child.Name);
        Assert.Equal("1", (string?)child.Attribute(XName.Get("b", "urn:extra")));
        Assert.Equal("c", Assert.Single(child.Elements()).Name.LocalName);
        Assert.Equal("romeo@edge.local/a'b", (string?)alone.Attribute("from"));
    }

    [Fact]
    public void A_prefixed_stanza_becomes_an_ordinary_one_for_others()
    {
        var header = StreamHeader.Parse("<stream xmlns='http://etherx.jabber.org/streams' xmlns:c='jabber:client'>"u8, Streams.Limits);
        var stanza = StanzaParser.Parse("<c:message to='x'><c:body>hi</c:body></c:message>"u8.ToArray(), header, Streams.Limits);

        Assert.Equal(StanzaKind.Message, stanza.Kind);
        Assert.Equal("<message from='romeo@edge.local/a&apos;b' to='x'><body>hi</body></message>", Encoding.UTF8.GetString(stanza.Stamp(From, default)));
    }

    [Theory]
    [InlineData("<message><xml:x/></message>")]
    [InlineData("<message><xml:x xml:lang='de'><body>hi</body><xml:y/></xml:x></message>")]
    public void An_element_of_the_namespace_that_cannot_be_declared_keeps_its_prefix(string text)
    {
        var stanza = Streams.Parse(text);
        Assert.Equal(text, XmlText.ToText(stanza.ToElement()));
        Assert.True(XNode.DeepEquals(stanza.ToElement(), Streams.Parse(XmlText.ToText(stanza.ToElement())).ToElement()));
    }

    [Fact]
    public void White_space_in_values_survives_what_readers_do_to_it_and_texts_have_it_as_it_is()
    {
        var element = new XElement(XName.Get("a", "jabber:client"), new XAttribute("b", "1\t2\n3\r4"), "1\t2\n3\r4");
        var text = XmlText.ToText(element);
        Assert.Equal("<a b='1&#9;2&#10;3&#13;4'>1\t2\n3&#13;4</a>", text);
        Assert.True(XNode.DeepEquals(element, Streams.Parse(text).ToElement()));
    }

    [Fact]
    public void A_small_stanza_costs_little_however_much_a_large_one_may_have()
    {
        var (bytes, wide) = ("<message to='x'><body>hi</body></message>"u8.ToArray(), Streams.Limits with { MaxDepth = 512, MaxAttributes = 512 });
        StanzaParser.Parse(bytes, StreamHeader.Plain, wide);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) StanzaParser.Parse(bytes, StreamHeader.Plain, wide);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 1024);
    }

    [Fact]
    public void Whatever_is_in_a_tree_is_written_as_xml()
    {
        var element = new XElement(XName.Get("a", "urn:1"), new XAttribute("b", "<&>'\"\u0001\n"), "x\uD800y\uFFFF\0z]]>", new XElement("plain"),
            new XElement(XName.Get("c", "jabber:client"), new XAttribute(XName.Get("d", "urn:2"), "e")));

        var read = XElement.Parse($"<s xmlns='jabber:client'>{XmlText.ToText(element)}</s>").Elements().Single();

        Assert.Equal("urn:1", read.Name.NamespaceName);
        Assert.Equal("<&>'\"\uFFFD\n", (string?)read.Attribute("b"));
        Assert.Equal("x\uFFFDy\uFFFD\uFFFDz]]>", ((XText)read.FirstNode!).Value);
        Assert.NotNull(read.Element("plain"));
        Assert.Equal("e", (string?)read.Element(XName.Get("c", "jabber:client"))!.Attribute(XName.Get("d", "urn:2")));
    }
}
