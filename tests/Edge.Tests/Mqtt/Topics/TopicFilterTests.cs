using Edge.Mqtt.Topics;

namespace Edge.Tests.Mqtt.Topics;

public sealed class TopicFilterTests
{
    [Theory]
    [InlineData("#")]
    [InlineData("+")]
    [InlineData("/")]
    [InlineData("a/#")]
    [InlineData("+/a/+/#")]
    [InlineData("/+")]
    [InlineData("a b/ü")]
    [InlineData("$SYS/#")]
    public void A_filter_with_its_wildcards_in_place_is_taken(string text) => Assert.True(TopicFilter.TryParse(text, out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a#")]
    [InlineData("a/#/b")]
    [InlineData("#/")]
    [InlineData("a+")]
    [InlineData("+a/b")]
    [InlineData("a/+b")]
    [InlineData("a\0b")]
    public void Anything_else_is_not(string? text) => Assert.False(TopicFilter.TryParse(text, out _));

    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking", true)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("sport/#", "sports", false)]
    [InlineData("#", "a/b/c", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/uptime", false)]
    [InlineData("+/uptime", "$SYS/uptime", false)]
    [InlineData("$SYS/#", "$SYS/uptime", true)]
    [InlineData("$SYS/+", "$SYS/uptime", true)]
    [InlineData("a", "A", false)]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a", false)]
    [InlineData("a", "a/b", false)]
    public void Topics_match_as_the_specification_shows(string filter, string topic, bool matches)
    {
        Assert.True(TopicFilter.TryParse(filter, out var parsed));
        Assert.Equal(matches, parsed.Matches(topic));
    }

    [Theory]
    [InlineData("#", "a/#", true)]
    [InlineData("#", "#", true)]
    [InlineData("#", "+/b", true)]
    [InlineData("#", "$SYS/#", false)]
    [InlineData("a/#", "#", false)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/+/c", true)]
    [InlineData("a/#", "a/#", true)]
    [InlineData("a/+", "a/#", false)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/+", true)]
    [InlineData("a/b", "a/+", false)]
    [InlineData("+/+", "a/+", true)]
    [InlineData("+/b", "+/+", false)]
    [InlineData("edge/v1/n1/down/#", "edge/v1/n1/down/#", true)]
    [InlineData("edge/v1/n1/down/#", "edge/v1/+/down/#", false)]
    [InlineData("edge/v1/n1/down/#", "edge/v1/n1/#", false)]
    public void A_scope_covers_a_filter_when_it_covers_all_that_matches(string scope, string filter, bool covers)
    {
        Assert.True(TopicFilter.TryParse(scope, out var outer));
        Assert.True(TopicFilter.TryParse(filter, out var inner));
        Assert.Equal(covers, outer.Covers(inner));
    }
}
