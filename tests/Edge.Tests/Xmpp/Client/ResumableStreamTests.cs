using System.Xml.Linq;

using Edge.Xmpp.Client;

namespace Edge.Tests.Xmpp.Client;

public sealed class ResumableStreamTests
{
    [Fact]
    public void What_the_server_has_taken_is_not_sent_again()
    {
        var stream = Begun("a", "b", "c");

        stream.Acknowledge(2);

        Assert.Equal(["c"], Names(stream.Resume(2)));
        Assert.Equal(1, stream.Unacknowledged);
    }

    [Fact]
    public void On_resumption_the_server_says_how_far_it_came()
    {
        var stream = Begun("a", "b", "c");

        Assert.Equal(["b", "c"], Names(stream.Resume(1)));
    }

    [Fact]
    public void The_count_goes_on_beyond_two_to_the_thirty_second()
    {
        var stream = new ResumableStream();
        stream.Begin("id");
        for (var i = 0u; i < 5; i++)
        {
            stream.Sent(new("x"));
            stream.Acknowledge(i + 1);
        }

        stream.Sent(new("y"));
        Assert.Equal(["y"], Names(stream.Resume(5)));
        stream.Acknowledge(6);
        Assert.Equal(0, stream.Unacknowledged);
    }

    [Theory]
    [InlineData(3u)]
    [InlineData(uint.MaxValue)]
    public void A_server_that_acknowledges_what_was_never_sent_is_wrong(uint count)
    {
        var stream = Begun("a", "b");

        Assert.Throws<XmppClientException>(() => stream.Acknowledge(count));
    }

    [Fact]
    public void What_comes_in_is_counted_and_told()
    {
        var stream = Begun();
        stream.Received();
        stream.Received();

        Assert.Equal("2", stream.Answer().Attribute("h")?.Value);
        Assert.Equal("2 id", string.Join(' ', stream.ResumeRequest().Attributes().Select(a => a.Value)));

        stream.Begin("other");
        Assert.Equal("0", stream.Answer().Attribute("h")?.Value);
    }

    [Fact]
    public void A_stream_that_is_over_gives_back_what_was_not_taken()
    {
        var stream = Begun("a", "b");
        stream.Acknowledge(1);

        Assert.Equal(["b"], Names(stream.Forget()));
        Assert.Null(stream.Id);
        Assert.Empty(stream.Forget());
    }

    [Fact]
    public void Without_management_nothing_is_kept()
    {
        var stream = new ResumableStream();
        stream.Sent(new("a"));

        Assert.Equal(0, stream.Unacknowledged);
    }

    [Theory]
    [InlineData("<a xmlns='urn:xmpp:sm:3'/>")]
    [InlineData("<a xmlns='urn:xmpp:sm:3' h='-1'/>")]
    [InlineData("<a xmlns='urn:xmpp:sm:3' h='4294967296'/>")]
    public void An_acknowledgement_has_a_number(string xml) =>
        Assert.Throws<XmppClientException>(() => ResumableStream.CountOf(XElement.Parse(xml)));

    private static ResumableStream Begun(params string[] names)
    {
        var stream = new ResumableStream();
        stream.Begin("id");
        foreach (var name in names) stream.Sent(new(name));
        return stream;
    }

    private static IEnumerable<string> Names(IEnumerable<XElement> stanzas) => stanzas.Select(s => s.Name.LocalName);
}
