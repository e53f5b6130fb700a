using Edge.Mqtt;
using Edge.Mqtt.Features.Bridge;

namespace Edge.Tests.Mqtt.Features.Bridge;

public sealed class TopicLineTests
{
    [Theory]
    [InlineData("sensors/# out 1 house/ site-7/", "house/sensors/a", "site-7/sensors/a")]
    [InlineData("# both 1 \"\" site-7/", "a/b", "site-7/a/b")]
    [InlineData("# out 0 house/", "house/a", "a")]
    [InlineData("a/+ out", "a/b", "a/b")]
    [InlineData("a/+ out", "a/b/c", null)]
    [InlineData("a/+ in 2", "a/b", null)]
    [InlineData("\"\" out 1 here/x there/y", "here/x", "there/y")]
    public void A_topic_that_leaves_changes_its_prefix(string line, string topic, string? expected) =>
        Assert.Equal(expected, TopicLine.TryParse(line, out _)!.ToRemote(topic));

    [Theory]
    [InlineData("cmd/# in 1 house/ site-7/", "site-7/cmd/a", "house/cmd/a")]
    [InlineData("cmd/# both 1 house/ site-7/", "site-7/cmd/a", "house/cmd/a")]
    [InlineData("cmd/# out 1 house/ site-7/", "site-7/cmd/a", null)]
    public void A_topic_that_comes_changes_it_back(string line, string topic, string? expected) =>
        Assert.Equal(expected, TopicLine.TryParse(line, out _)!.ToLocal(topic));

    [Theory]
    [InlineData("")]
    [InlineData("a up")]
    [InlineData("a out 3")]
    [InlineData("a/# out 1 x/+/")]
    [InlineData("a/#/b")]
    [InlineData("a out 1 b c d")]
    public void A_wrong_line_is_refused_with_a_remedy(string line)
    {
        Assert.Null(TopicLine.TryParse(line, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void A_line_without_more_than_a_pattern_goes_out_with_QoS_0()
    {
        var line = TopicLine.TryParse("a/#", out _)!;

        Assert.Equal((true, false, MqttQoS.AtMostOnce), (line.IsOut, line.IsIn, line.QoS));
    }
}
