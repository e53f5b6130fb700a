using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features.Authorization;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Features.Authorization;

public sealed class AuthorizationTests
{
    [Fact]
    public async Task Publish_without_write_scope_is_dropped_acknowledged_and_logged_once()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var all = await broker.ConnectAnyAsync();
        await all.SubscribeAsync("#");
        await using var node = await broker.ConnectAsync(broker.Tokens.Issue("node", "w mine/#", "r foreign/#"), "node");

        await node.PublishAsync(new("foreign/x", "1"u8.ToArray(), MqttQoS.AtLeastOnce));
        await node.PublishAsync(new("foreign/x", "2"u8.ToArray(), MqttQoS.ExactlyOnce));
        await node.PublishAsync(new("mine/x", "3"u8.ToArray(), MqttQoS.AtLeastOnce));

        Assert.Equal("mine/x", (await all.Messages.ReadAsync()).Topic);
        Assert.Single(broker.Log.Lines, l => l.Contains("may not publish to foreign/x", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publish_without_write_scope_disconnects_where_configured()
    {
        await using var broker = await TestBroker.StartAsync("disconnectOnRefusedPublish=true");
        var raw = broker.Open();
        await raw.ConnectAsync("node", broker.Tokens.Issue("node", "w mine/#"));
        await raw.ExpectAsync("2002 0000");

        await raw.PublishAsync("foreign", "x");

        Assert.Equal(EndReason.Forbidden, await raw.Ended);
    }

    [Theory]
    [InlineData("mine/a", true)]
    [InlineData("mine/#", true)]
    [InlineData("mine/+/b", true)]
    [InlineData("#", false)]
    [InlineData("+/a", false)]
    [InlineData("written/a", false)]
    [InlineData("$SYS/#", false)]
    public async Task A_subscription_is_granted_only_where_all_that_matches_may_be_read(string filter, bool granted)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var node = await broker.ConnectAsync(broker.Tokens.Issue("node", "r mine/#", "w written/#"), "node");

        Assert.Equal(granted, await node.SubscribeAsync(filter));
    }

    [Fact]
    public async Task One_refused_filter_does_not_refuse_its_neighbours()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var node = await broker.ConnectAsync(broker.Tokens.Issue("node", "r mine/#"), "node");

        Assert.Equal([1, 0x80, 0], await node.SubscribeAsync([("mine/a", MqttQoS.AtLeastOnce), ("other", 0), ("mine/b", 0)]));
    }

    [Fact]
    public async Task A_will_outside_of_the_scope_refuses_the_connection()
    {
        await using var broker = await TestBroker.StartAsync();

        var refused = await Assert.ThrowsAsync<MqttConnectRefusedException>(() =>
            broker.ConnectAsync(broker.Tokens.Issue("node", "w mine/#"), "node", will: new("foreign", "x"u8.ToArray())));

        Assert.Equal(5, refused.ReturnCode);
    }

    [Fact]
    public async Task A_session_that_comes_back_with_less_scope_gets_nothing_more_from_its_old_subscriptions()
    {
        await using var broker = await TestBroker.StartAsync();
        await using (var before = await broker.ConnectAsync(broker.Tokens.Issue("node", "r a/#", "r b/#"), "node", clean: false))
        {
            await before.SubscribeAsync("a/#");
            await before.SubscribeAsync("b/#");
        }

        await broker.Publisher.PublishAsync(new("a/1", "queued"u8.ToArray(), MqttQoS.AtLeastOnce));
        await using var after = await broker.ConnectAsync(broker.Tokens.Issue("node", "r b/#"), "node", clean: false);
        await broker.Publisher.PublishAsync(new("a/2", "live"u8.ToArray(), MqttQoS.AtLeastOnce));
        await broker.Publisher.PublishAsync(new("a/3", "live"u8.ToArray()));
        await broker.Publisher.PublishAsync(new("b/1", "allowed"u8.ToArray(), MqttQoS.AtLeastOnce));

        Assert.True(after.SessionPresent);
        Assert.Equal("b/1", (await after.Messages.ReadAsync()).Topic);
    }

    [Fact]
    public async Task A_token_without_scopes_may_do_nothing()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var node = await broker.ConnectAsync(broker.Tokens.Issue("node"), "node");

        Assert.False(await node.SubscribeAsync("a"));
    }

    [Fact]
    public async Task What_is_closed_is_closed_to_everybody_and_brought_by_no_wider_subscription()
    {
        await using var broker = await TestBroker.StartAsync("authorization:closed:0=closed/#");
        await using var all = await broker.ConnectAnyAsync();

        Assert.False(await all.SubscribeAsync("closed/a"));
        Assert.False(await all.SubscribeAsync("closed/#"));
        Assert.True(await all.SubscribeAsync("#"));
        await all.PublishAsync(new("closed/a", "1"u8.ToArray(), MqttQoS.AtLeastOnce));
        await broker.Publisher.PublishAsync(new("closed/a", "2"u8.ToArray(), MqttQoS.AtLeastOnce));
        await all.PublishAsync(new("open", "3"u8.ToArray(), MqttQoS.AtLeastOnce));

        Assert.Equal("open", (await all.Messages.ReadAsync()).Topic);
        Assert.Contains(broker.Log.Lines, l => l.Contains("mqtt:authorization:closed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_will_for_what_is_closed_refuses_the_connection()
    {
        await using var broker = await TestBroker.StartAsync("authorization:closed:0=closed/#");

        var refused = await Assert.ThrowsAsync<MqttConnectRefusedException>(() =>
            broker.ConnectAsync(broker.Tokens.Issue("all", "rw #"), "all", will: new("closed/a", "x"u8.ToArray())));

        Assert.Equal(5, refused.ReturnCode);
    }

    [Fact]
    public void A_closed_topic_that_is_no_filter_is_told_with_its_key()
    {
        var result = new AuthorizationOptionsValidator().Validate(null, new() { Closed = { "a/#/b" } });

        Assert.Contains("mqtt:authorization:closed:0 is 'a/#/b'", result.FailureMessage, StringComparison.Ordinal);
        Assert.Contains("mqtt:authorization:closed has 65", new AuthorizationOptionsValidator().Validate(null, Many(65)).FailureMessage, StringComparison.Ordinal);
        Assert.True(new AuthorizationOptionsValidator().Validate(null, Many(64)).Succeeded);
    }

    private static AuthorizationOptions Many(int count)
    {
        var options = new AuthorizationOptions();
        for (var i = 0; i < count; i++) options.Closed.Add($"t/{i}");
        return options;
    }
}
