using System.Buffers;
using System.Text;

using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Wire;

public sealed class LoneElementTests
{
    [Theory]
    [InlineData("<message/>", "<message xmlns='jabber:client'/>")]
    [InlineData("<iq  type = \"get\" to='a>b'>x</iq>", "<iq xmlns='jabber:client'  type = \"get\" to='a>b'>x</iq>")]
    [InlineData("<iq a='1' xmlns = 'jabber:client'/>", "<iq a='1' xmlns = 'jabber:client'/>")]
    [InlineData("<r xmlns='urn:xmpp:sm:3'/>", "<r xmlns='urn:xmpp:sm:3'/>")]
    [InlineData("<a b=\" xmlns='x'\"/>", "<a xmlns='jabber:client' b=\" xmlns='x'\"/>")]
    [InlineData("<a\nxmlns:b='c' b:xmlns='d'/>", "<a xmlns='jabber:client'\nxmlns:b='c' b:xmlns='d'/>")]
    [InlineData("<stream:features/>", "<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>")]
    [InlineData("<a><stream:b/></a>", "<a xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:b/></a>")]
    public void What_the_stream_would_have_declared_is_declared_on_the_element(string element, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        LoneElement.Write(Encoding.UTF8.GetBytes(element), output);
        Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void An_element_may_leave_out_what_a_stream_would_have_declared()
    {
        var stanza = new LoneElementReader(Streams.Limits).Read(" <message to='a@b'><body/></message>\n"u8);
        Assert.Equal((StanzaKind.Message, "jabber:client", "body"), (stanza!.Kind, stanza.ChildNamespace, stanza.ChildName));
    }

    [Fact]
    public void White_space_is_no_element() => Assert.Null(new LoneElementReader(Streams.Limits).Read(" \n"u8));

    [Theory]
    [InlineData("<a/><b/>", "bad-format")]
    [InlineData("<a", "not-well-formed")]
    [InlineData("<a>", "not-well-formed")]
    [InlineData("</a>", "not-well-formed")]
    [InlineData("a", "bad-format")]
    [InlineData("<?xml version='1.0'?><a/>", "restricted-xml")]
    public void Anything_else_is_refused(string text, string condition) =>
        Assert.Equal(condition, Assert.Throws<XmppStreamException>(() => new LoneElementReader(Streams.Limits).Read(Encoding.UTF8.GetBytes(text))).Condition);
}
