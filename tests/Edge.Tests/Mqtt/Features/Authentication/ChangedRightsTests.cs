using System.Text;

using Edge.Identity.Tokens;
using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features;
using Edge.Mqtt.Features.Authentication;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Features.Authentication;

/// <summary>Live sessions whose token says something else under way.</summary>
public sealed class ChangedRightsTests
{
    [Fact]
    public async Task Changed_scopes_end_the_subscriptions_that_they_do_not_cover_and_keep_the_others()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var owner = await broker.ConnectAnyAsync("owner");
        await using var node = await broker.ConnectAsync(broker.Tokens.Issue("node", "rw a/#", "r b/#"), "node");
        await node.SubscribeAsync("a/+");
        await node.SubscribeAsync("b/#");

        await broker.Tokens.ChangeScopesAsync("node", "r b/#");
        await owner.PublishAsync(new("a/1", "lost"u8.ToArray(), MqttQoS.AtLeastOnce));
        await owner.PublishAsync(new("b/1", "heard"u8.ToArray(), MqttQoS.AtLeastOnce));

        Assert.Equal("b/1", (await node.Messages.ReadAsync()).Topic);
        Assert.False(node.Closed.IsCompleted);
        Assert.False(await node.SubscribeAsync("a/1"));
        Assert.Contains(broker.Log.Lines, l => l.Contains("1 of its subscriptions ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changed_scopes_refuse_what_is_published_from_then_on()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var owner = await broker.ConnectAnyAsync("owner");
        await owner.SubscribeAsync("#");
        await using var node = await broker.ConnectAsync(broker.Tokens.Issue("node", "w a"), "node");
        await node.PublishAsync(new("a", "before"u8.ToArray(), MqttQoS.AtLeastOnce));

        await broker.Tokens.ChangeScopesAsync("node", "w b");
        await node.PublishAsync(new("a", "refused"u8.ToArray(), MqttQoS.AtLeastOnce));
        await node.PublishAsync(new("b", "after"u8.ToArray(), MqttQoS.AtLeastOnce));

        Assert.Equal("before", Encoding.UTF8.GetString((await owner.Messages.ReadAsync()).Payload.Span));
        Assert.Equal("after", Encoding.UTF8.GetString((await owner.Messages.ReadAsync()).Payload.Span));
    }

    [Fact]
    public async Task Changed_scopes_of_one_client_are_nobody_elses_affair()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var one = await broker.ConnectAsync(broker.Tokens.Issue("one", "r a"), "one");
        await using var other = await broker.ConnectAsync(broker.Tokens.Issue("other", "r a"), "other");

        await broker.Tokens.ChangeScopesAsync("one");

        Assert.False(await one.SubscribeAsync("a"));
        Assert.True(await other.SubscribeAsync("a"));
    }

    [Fact]
    public async Task Scopes_changed_during_the_connect_hold_for_the_session_too()
    {
        var storage = new FakeStorage();
        await using var broker = await TestBroker.StartAsync(storage, null);
        var disk = new TaskCompletionSource();
        var isHeld = false;
        storage.BeforeCommit = () => // holds the connect back between token and session
        {
            isHeld = true;
            return disk.Task;
        };
        var raw = broker.Open();
        await raw.ConnectAsync("node", broker.Tokens.Issue("node", "r a"), clean: false);
        await Eventually.HoldsAsync(() => isHeld);

        await broker.Tokens.ChangeScopesAsync("node", "r b");
        disk.SetResult();

        await raw.ExpectAsync("2002 0000");
        await Eventually.HoldsAsync(() => !broker.Sessions.Connected().Single().Identity.MayRead("a"));
    }

    [Fact]
    public async Task An_opaque_token_is_asked_about_again_and_its_revocation_ends_the_session()
    {
        await using var broker = await TestBroker.StartAsync();
        var isActive = true;
        broker.Tokens.Foreign = _ => isActive ? new(Opaque(broker), TokenError.None) : new(null, TokenError.Revoked);
        await using var client = await ConnectOpaqueAsync(broker);
        broker.Advance(59);
        isActive = false;
        Assert.False(client.Closed.IsCompleted);

        broker.Advance(1);

        Assert.NotNull(await client.Closed);
        await Eventually.HoldsAsync(() => broker.Log.Lines.Any(l => l.Contains("Revoked", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_opaque_token_whose_scopes_changed_at_its_issuer_changes_the_session()
    {
        await using var broker = await TestBroker.StartAsync();
        var filter = "a";
        broker.Tokens.Foreign = _ => new(Opaque(broker, filter), TokenError.None);
        await using var client = await ConnectOpaqueAsync(broker);
        filter = "b";

        broker.Advance(60);

        await Eventually.HoldsAsync(() => broker.Sessions.Connected().Single().Identity.MayRead("b"));
        Assert.False(await client.SubscribeAsync("a"));
    }

    [Fact]
    public async Task A_session_survives_an_issuer_that_is_away_for_a_while_and_no_longer()
    {
        await using var broker = await TestBroker.StartAsync();
        var isAway = false;
        broker.Tokens.Foreign = _ => isAway ? new(null, TokenError.Unavailable) : new(Opaque(broker), TokenError.None);
        await using var client = await ConnectOpaqueAsync(broker);
        broker.Advance(600); // asked about ten times
        isAway = true;

        broker.Advance(300); // a minute of cache, and five to keep
        Assert.False(client.Closed.IsCompleted);
        broker.Advance(70);

        Assert.NotNull(await client.Closed);
    }

    [Fact]
    public async Task An_opaque_token_that_became_somebody_elses_ends_the_session()
    {
        await using var broker = await TestBroker.StartAsync();
        var subject = "idp:juliet";
        broker.Tokens.Foreign = _ => new(Opaque(broker) with { Subject = subject }, TokenError.None);
        await using var client = await ConnectOpaqueAsync(broker);
        subject = "idp:romeo";

        broker.Advance(60);

        Assert.NotNull(await client.Closed);
    }

    [Fact]
    public async Task A_foreign_token_without_topic_scopes_has_what_the_configuration_grants_to_its_subject()
    {
        await using var broker = await TestBroker.StartAsync(
            "authentication:grants:0:who=token:idp:juliet", "authentication:grants:0:topics:0:rw=r", "authentication:grants:0:topics:0:topic=home/#");
        broker.Tokens.Foreign = _ => new(Opaque(broker) with { Scopes = [] }, TokenError.None);
        await using var client = await ConnectOpaqueAsync(broker);

        Assert.True(await client.SubscribeAsync("home/door"));
        Assert.False(await client.SubscribeAsync("a"));
    }

    [Fact]
    public async Task A_foreign_token_with_topic_scopes_has_these_and_no_more()
    {
        await using var broker = await TestBroker.StartAsync(
            "authentication:grants:0:who=token:*", "authentication:grants:0:topics:0:rw=r", "authentication:grants:0:topics:0:topic=home/#");
        broker.Tokens.Foreign = _ => new(Opaque(broker), TokenError.None);
        await using var client = await ConnectOpaqueAsync(broker);

        Assert.True(await client.SubscribeAsync("a"));
        Assert.False(await client.SubscribeAsync("home/door"));
    }

    [Fact]
    public async Task A_token_of_our_own_without_scopes_has_nothing_whatever_is_granted_to_foreign_ones()
    {
        await using var broker = await TestBroker.StartAsync(
            "authentication:grants:0:who=token:*", "authentication:grants:0:topics:0:rw=rw", "authentication:grants:0:topics:0:topic=#");
        await using var client = await broker.ConnectAsync(broker.Tokens.Issue("node"), "node");

        Assert.False(await client.SubscribeAsync("a"));
    }

    [Fact]
    public async Task Placeholders_in_a_tokens_scopes_are_resolved_for_its_client()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAsync(broker.Tokens.Issue("node", "rw dev/%c/#", "r of/%u"), "phone");
        await using var trickster = await broker.ConnectAsync(broker.Tokens.Issue("node", "rw dev/%c/#"), "+");

        Assert.True(await client.SubscribeAsync("dev/phone/x"));
        Assert.True(await client.SubscribeAsync("of/node"));
        Assert.False(await client.SubscribeAsync("dev/other/x"));
        Assert.False(await trickster.SubscribeAsync("dev/+/#"));
        Assert.False(await trickster.SubscribeAsync("dev/phone/x"));
    }

    private static TokenClaims Opaque(TestBroker broker, string filter = "a") =>
        new("1", "idp:juliet", "idp:app", [new(TopicAccess.Read, filter)], DateTimeOffset.MaxValue)
        {
            IsForeign = true,
            IsOpaque = true,
            CheckAgainAt = broker.Clock.GetUtcNow() + TimeSpan.FromMinutes(1),
            KeepUntil = broker.Clock.GetUtcNow() + TimeSpan.FromMinutes(6),
        };

    private static Task<MqttClient> ConnectOpaqueAsync(TestBroker broker) =>
        MqttClient.ConnectAsync(broker.Open().Pipe, new() { ClientId = "app", UserName = "opaque", Password = "0a1b2c", KeepAliveSeconds = 0, Clock = broker.Clock });
}
