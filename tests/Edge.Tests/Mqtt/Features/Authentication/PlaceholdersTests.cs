using Edge.Identity.Tokens;
using Edge.Mqtt.Features;
using Edge.Mqtt.Features.Authentication;

namespace Edge.Tests.Mqtt.Features.Authentication;

public sealed class PlaceholdersTests
{
    [Theory]
    [InlineData("home/%u/#", "home/juliet@edge.local/#")]
    [InlineData("dev/%c", "dev/phone")]
    [InlineData("%u/%c/+", "juliet@edge.local/phone/+")]
    [InlineData("a-%c-b", "a-phone-b")]
    [InlineData("plain/+/#", "plain/+/#")]
    public void A_placeholder_becomes_who_it_is_or_the_client_identifier(string filter, string expected) =>
        Assert.Equal(expected, Resolve(filter, "juliet@edge.local", "phone"));

    [Theory]
    [InlineData("#")]
    [InlineData("+")]
    [InlineData("a/b")]
    [InlineData("a/#")]
    [InlineData("/")]
    [InlineData("x+")]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("../other")]
    public void A_client_identifier_that_would_change_the_filter_is_granted_nothing(string clientId)
    {
        Assert.Null(Resolve("dev/%c", "juliet", clientId));
        Assert.Null(Resolve("dev/%c/#", "juliet", clientId));
        Assert.Null(Resolve("dev/%u", clientId, "phone"));
        Assert.False(Identity("dev/%c", clientId).MayRead("dev/other"));
        Assert.False(Identity("dev/%c", clientId).MayRead("dev/a/b"));
    }

    [Theory]
    [InlineData("$SYS")]
    [InlineData("$share")]
    public void A_client_identifier_does_not_reach_into_the_brokers_own_topics(string clientId)
    {
        Assert.Null(Resolve("%c/#", "juliet", clientId));
        Assert.Equal($"dev/{clientId}", Resolve("dev/%c", "juliet", clientId));
    }

    [Theory]
    [InlineData("%u")]
    [InlineData("%c%c%c%u")]
    public void A_client_identifier_that_looks_like_a_placeholder_stays_what_it_is(string clientId) =>
        Assert.Equal($"dev/{clientId}", Resolve("dev/%c", "juliet", clientId));

    [Theory]
    [InlineData("dev/%x")]
    [InlineData("dev/%")]
    [InlineData("100%/#")]
    public void Another_percent_sign_is_a_slip_in_the_configuration_and_itself_in_a_token(string filter)
    {
        Assert.False(Placeholders.IsFilter(filter));
        Assert.Equal(filter, Resolve(filter, "juliet", "phone"));
    }

    private static string? Resolve(string filter, string subject, string clientId) =>
        Placeholders.Resolve([new(TopicAccess.Read, filter)], subject, clientId).SingleOrDefault()?.Filter;

    private static MqttIdentity Identity(string filter, string clientId) =>
        new("juliet", Placeholders.Resolve([new(TopicAccess.ReadWrite, filter)], "juliet", clientId), null);
}
