using System.Xml.Linq;

using Edge.Tests.Xmpp.Modules.Iot;
using Edge.Xmpp.Modules.ResultSets;

namespace Edge.Tests.Xmpp.Modules.ResultSets;

public sealed class ResultSetTests
{
    private static readonly string[] All = ["a", "b", "c", "d", "e"];

    [Theory]
    [InlineData("<max>2</max>", "a b", 0)]
    [InlineData("<max>2</max><after>b</after>", "c d", 2)]
    [InlineData("<max>2</max><after>d</after>", "e", 4)]
    [InlineData("<max>2</max><before/>", "d e", 3)]
    [InlineData("<max>2</max><before>d</before>", "b c", 1)]
    [InlineData("<max>3</max><before>b</before>", "a", 0)]
    [InlineData("<max>2</max><index>3</index>", "d e", 3)]
    [InlineData("", "a b c", 0)] // three is the most that is given here
    [InlineData("<max>100</max>", "a b c", 0)]
    public void The_page_asked_for_is_cut(string request, string expected, int index)
    {
        var page = Cut(request)!;

        Assert.Equal(expected.Split(' '), page.Items);
        WireXml.Same($"<set xmlns='http://jabber.org/protocol/rsm'><first index='{index}'>{page.Items[0]}</first><last>{page.Items[^1]}</last><count>5</count></set>", page.Set);
    }

    [Theory]
    [InlineData("<max>0</max>")]
    [InlineData("<max>2</max><after>e</after>")]
    [InlineData("<max>2</max><before>a</before>")]
    [InlineData("<max>2</max><index>99</index>")]
    public void An_empty_page_tells_the_count_alone(string request)
    {
        var page = Cut(request)!;

        Assert.Empty(page.Items);
        WireXml.Same("<set xmlns='http://jabber.org/protocol/rsm'><count>5</count></set>", page.Set);
    }

    [Theory]
    [InlineData("<max>2</max><after>x</after>")]
    [InlineData("<max>2</max><before>x</before>")]
    public void A_page_beside_what_is_not_there_is_not_found(string request) => Assert.Null(Cut(request));

    [Theory]
    [InlineData("<max>many</max>")]
    [InlineData("<max>-1</max>")]
    [InlineData("<max/>")]
    [InlineData("<index>1.5</index>")]
    [InlineData("<max>99999999999999</max>")]
    public void A_number_that_is_none_is_refused(string request)
    {
        Assert.False(ResultSetRequest.TryFind(Payload(request), out _, out var error));

        Assert.Equal("bad-request", error.Condition);
    }

    [Fact]
    public void A_request_that_asks_for_no_page_is_no_fault()
    {
        Assert.True(ResultSetRequest.TryFind(new("{urn:x}query"), out var request, out _));
        Assert.Null(request);
    }

    private static XElement Payload(string request) => XElement.Parse($"<query xmlns='urn:x'><set xmlns='http://jabber.org/protocol/rsm'>{request}</set></query>");

    private static ResultPage<string>? Cut(string xml)
    {
        Assert.True(ResultSetRequest.TryFind(Payload(xml), out var request, out _));
        return ResultSet.TryCut(All, x => x, request!, most: 3, out var page) ? page : null;
    }
}
