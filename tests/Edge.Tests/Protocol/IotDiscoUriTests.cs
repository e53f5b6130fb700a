using Edge.Protocol;

namespace Edge.Tests.Protocol;

public sealed class IotDiscoUriTests
{
    [Fact]
    public void A_claim_is_read_with_texts_and_numbers()
    {
        var uri = IotDiscoUri.Parse("iotdisco:SN=98734;MAN=example.org;#V=1.5;KEY=k;R=things.example.org");

        Assert.Equal("98734", uri.Find("sn").Text);
        Assert.Equal(1.5, uri.Find("V").Number);
        Assert.Equal(5, uri.Tags.Length);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("semi;colon")]
    [InlineData("back\\slash")]
    [InlineData("per%41cent")]
    [InlineData("a=b")]
    [InlineData("\u00e5 \U0001F511")]
    [InlineData("")]
    public void Any_text_survives_writing_and_reading(string text)
    {
        var written = IotDiscoUri.Build([new DiscoTag("NAME", text), new DiscoTag("KEY", "k")]).ToString();

        Assert.Equal(text, IotDiscoUri.Parse(written).Find("NAME").Text);
    }

    [Fact]
    public void Percent_codes_of_other_generators_are_read() =>
        Assert.Equal("a b\u00e5", IotDiscoUri.Parse("iotdisco:NAME=a%20b%C3%A5").Find("NAME").Text);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("iotdisco:")]
    [InlineData("http://example.org")]
    [InlineData("iotdisco:noequals")]
    [InlineData("iotdisco:=x")]
    [InlineData("iotdisco:A=1;A=2")]
    [InlineData("iotdisco:A=1;a=2")]
    [InlineData("iotdisco:#V=abc")]
    [InlineData("iotdisco:#V=NaN")]
    [InlineData("iotdisco:#V= 1")]
    [InlineData("iotdisco:#V=")]
    [InlineData("iotdisco:#V=1,5")]
    [InlineData("iotdisco:A=x\\")]
    [InlineData("iotdisco:A B=x")]
    [InlineData("iotdisco:A>=x")]
    [InlineData("iotdisco:A=%ff")]
    public void What_is_no_claim_is_refused(string? text) => Assert.Null(IotDiscoUri.Parse(text));

    [Fact]
    public void Length_and_number_of_tags_are_bounded()
    {
        Assert.Null(IotDiscoUri.Parse("iotdisco:A=" + new string('x', IotDiscoUri.MaxLength)));
        Assert.Null(IotDiscoUri.Parse("iotdisco:" + string.Join(';', Enumerable.Range(0, IotDiscoUri.MaxTags + 1).Select(i => $"T{i}=x"))));
    }

    [Fact]
    public void The_scheme_may_be_in_capitals() => Assert.NotNull(IotDiscoUri.Parse("IOTDISCO:A=1"));
}
