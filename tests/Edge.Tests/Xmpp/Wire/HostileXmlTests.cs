using System.Text;

namespace Edge.Tests.Xmpp.Wire;

/// <summary>What XML, Namespaces in XML and RFC 6120 §11 forbid, each with the stream error that it leads to.</summary>
public sealed class HostileXmlTests
{
    [Theory]
    [InlineData("<!DOCTYPE a>", "restricted-xml")]
    [InlineData("<message><!DOCTYPE a></message>", "restricted-xml")]
    [InlineData("<message><!ENTITY a 'b'></message>", "restricted-xml")]
    [InlineData("<!-- hello -->", "restricted-xml")]
    [InlineData("<message><!-- hello --></message>", "restricted-xml")]
    [InlineData("<?target data?>", "restricted-xml")]
    [InlineData("<message><?target data?></message>", "restricted-xml")]
    [InlineData("<message><body>&bomb;</body></message>", "restricted-xml")]
    [InlineData("<message to='&bomb;'/>", "restricted-xml")]
    public void Forbidden_xml_is_refused(string text, string condition) => Assert.Equal(condition, Streams.ErrorOf(text));

    [Theory]
    [InlineData("<message><body></message></body>")]
    [InlineData("<message to='a' to='b'/>")]
    [InlineData("<message to=a/>")]
    [InlineData("<message to/>")]
    [InlineData("<message to='a'id='b'/>")]
    [InlineData("<message to='<'/>")]
    [InlineData("<message><body>]]></body></message>")]
    [InlineData("<message><body>&</body></message>")]
    [InlineData("<message><body>& amp;</body></message>")]
    [InlineData("<message><body>&#0;</body></message>")]
    [InlineData("<message><body>&#xD800;</body></message>")]
    [InlineData("<message><body>&#x110000;</body></message>")]
    [InlineData("<message><body>&#99999999;</body></message>")]
    [InlineData("<message><body>&#;</body></message>")]
    [InlineData("<message><body>&#xG;</body></message>")]
    [InlineData("<message><body>\u0001</body></message>")]
    [InlineData("<message><body>\uFFFE</body></message>")]
    [InlineData("<1message/>")]
    [InlineData("<-a/>")]
    [InlineData("<a:b:c xmlns:a='x'/>")]
    [InlineData("<:a/>")]
    [InlineData("<a:/>")]
    [InlineData("< message/>")]
    [InlineData("<message / >")]
    [InlineData("</message>")]
    [InlineData("<message></message to='a'>")]
    [InlineData("<message><a xmlns:p=''/></message>")]
    [InlineData("<message><a xmlns:xml='urn:other'/></message>")]
    [InlineData("<message><a xmlns:xmlns='urn:other'/></message>")]
    [InlineData("<message><a xmlns:p='urn:x' xmlns:q='urn:x' p:k='1' q:k='2'/></message>")]
    [InlineData("<message><a xmlns:p='urn:x' xmlns:q='urn:&#x78;' p:k='1' q:k='2'/></message>")]
    [InlineData("<message><a xmlns:p='http://www.w3.org/2000/xmlns/'/></message>")]
    [InlineData("<message><a xmlns:p='http://www.w3.org/2000/xmlns&#x2F;'/></message>")]
    [InlineData("<message><a xmlns:p='http://www.w3.org/XML/1998/namespac&#101;'/></message>")]
    [InlineData("<message><a xmlns='http://www.w3.org/2000/xmlns/'/></message>")]
    [InlineData("<message><a xmlns='http://www.w3.org/XML/1998/namespace'/></message>")]
    [InlineData("<message><body>\uFFFF</body></message>")]
    [InlineData("<message><body>&#xFFFE;</body></message>")]
    [InlineData("<message xml:space='x'/>")] // a reader that makes a tree of it ends with an error
    [InlineData("<message><a xml:space=''/></message>")]
    [InlineData("<message xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:space='Default'/>")]
    public void Malformed_xml_is_refused(string text) => Assert.Equal("not-well-formed", Streams.ErrorOf(text));

    [Theory]
    [InlineData("<message xml:space='default'/>")]
    [InlineData("<message xml:space=' pre&#115;erve\t'/>")]
    [InlineData("<message xml:space='&#10;default'/>")]
    [InlineData("<x xmlns:a='urn:a' xmlns:p='urn:p' p:q='1' p:a='2'/>")] // the attribute has the name of a prefix
    [InlineData("<x xmlns:p='urn:p' p:p='1' xml:p='2'/>")]
    [InlineData("<xml:x xml:lang='de'/>")]
    [InlineData("<message><body>\uFFFD \uFFC0</body></message>")]
    public void What_only_looks_wrong_is_taken_and_becomes_a_tree(string text)
    {
        Assert.Null(Streams.ErrorOf(text));
        Assert.NotNull(Streams.Parse(text).ToElement());
    }

    [Theory]
    [InlineData("<p:message/>")]
    [InlineData("<message p:a='b'/>")]
    [InlineData("<message><a xmlns:p='urn:x'/><p:b/></message>")]
    public void An_undeclared_prefix_is_refused(string text) => Assert.Equal("bad-namespace-prefix", Streams.ErrorOf(text));

    [Theory]
    [InlineData("hello")]
    [InlineData("<message/>hello")]
    [InlineData("&#32;<message/>")]
    public void Text_outside_of_stanzas_is_refused(string text) => Assert.Equal("bad-format", Streams.ErrorOf(text));

    [Fact]
    public void Deep_nesting_is_refused_at_the_limit()
    {
        Assert.Null(Streams.ErrorOf(Nested(32)));
        Assert.Equal("policy-violation", Streams.ErrorOf(Nested(33)));
        Assert.Equal("policy-violation", Streams.ErrorOf(string.Concat(Enumerable.Repeat("<a>", 10_000))));
    }

    [Fact]
    public void Endless_attributes_are_refused_at_the_limit()
    {
        Assert.Null(Streams.ErrorOf(WithAttributes(16)));
        Assert.Equal("policy-violation", Streams.ErrorOf(WithAttributes(17)));
        Assert.Equal("policy-violation", Streams.ErrorOf("<a " + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"a{i}='' "))));
    }

    [Fact]
    public void Huge_names_are_refused_at_the_limit()
    {
        Assert.Null(Streams.ErrorOf($"<{new string('a', 64)}/>"));
        Assert.Equal("policy-violation", Streams.ErrorOf($"<{new string('a', 65)}/>"));
        Assert.Equal("policy-violation", Streams.ErrorOf($"<a {new string('a', 65)}='1'/>"));
        Assert.Equal("policy-violation", Streams.ErrorOf("<" + new string('a', 100_000)));
    }

    [Fact]
    public void A_stanza_is_refused_at_its_limit_before_its_end_has_come()
    {
        Assert.Null(Streams.ErrorOf($"<message>{new string('x', 65_536 - 19)}</message>"));
        Assert.Equal("policy-violation", Streams.ErrorOf($"<message>{new string('x', 65_536 - 18)}</message>"));
        Assert.Equal("policy-violation", Streams.ErrorOf("<message>" + new string('x', 66_000)));
        Assert.Equal("policy-violation", Streams.ErrorOf("<message to='" + new string('x', 66_000)));
    }

    [Fact]
    public void A_header_that_does_not_end_is_refused_at_the_limit() =>
        Assert.Equal(["error: policy-violation"], Streams.Read("<stream:stream " + new string(' ', 70_000)));

    [Fact]
    public void Too_many_prefixes_in_scope_are_refused()
    {
        var levels = Enumerable.Range(0, 6).Select(l => "<a " + string.Concat(Enumerable.Range(0, 14).Select(i => $"xmlns:p{l}x{i}='u' ")) + ">");
        Assert.Equal("policy-violation", Streams.ErrorOf(string.Concat(levels) + string.Concat(Enumerable.Repeat("</a>", 6))));
    }

    [Theory]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xE0, 0x80, 0xAF })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0x80 })]
    public void Broken_utf8_is_refused(byte[] broken)
    {
        byte[] stream = [.. Encoding.UTF8.GetBytes(Streams.Header + "<message><body>"), .. broken, .. "</body></message>"u8];
        Assert.Equal("error: unsupported-encoding", Streams.Read(stream)[^1]);
    }

    [Theory]
    [InlineData("<?xml version='1.0' encoding='UTF-16'?>" + Streams.Header, "unsupported-encoding")]
    [InlineData("<?php ?>" + Streams.Header, "restricted-xml")]
    [InlineData("<!DOCTYPE a [<!ENTITY b 'c'>]>" + Streams.Header, "restricted-xml")]
    [InlineData("<?xml version='1.0'?><?xml version='1.0'?>" + Streams.Header, "restricted-xml")]
    [InlineData("<x:stream>", "bad-namespace-prefix")]
    [InlineData("<?xml version='1.0' encoding='utf-8' encoding='utf-8'?>" + Streams.Header, "not-well-formed")]
    [InlineData("<?xml version='1.0' standalone='maybe'?>" + Streams.Header, "not-well-formed")]
    [InlineData("<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' to='a' to='b'>", "not-well-formed")]
    [InlineData("<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' xmlns:xml='urn:x'>", "not-well-formed")]
    [InlineData("<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' x:to='a'>", "bad-namespace-prefix")]
    [InlineData("<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' a='&x;'>", "restricted-xml")]
    [InlineData("<stream:stream/>", "not-well-formed")]
    [InlineData("GET / HTTP/1.1\r\n", "bad-format")]
    public void Wrong_headers_are_refused(string text, string condition) => Assert.Equal("error: " + condition, Streams.Read(text)[^1]);

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth));

    private static string WithAttributes(int count) => "<a " + string.Concat(Enumerable.Range(0, count).Select(i => $"a{i}='' ")) + "/>";
}
