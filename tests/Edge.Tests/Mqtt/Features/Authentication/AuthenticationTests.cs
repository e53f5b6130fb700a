using Edge.Identity.Tokens;
using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Features.Authentication;

public sealed class AuthenticationTests
{
    [Fact]
    public async Task A_valid_token_lets_in()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAsync(broker.Tokens.Issue("node", "rw #"), "node");

        Assert.Equal("node", broker.Sessions.Connected().Single().Identity.Subject);
    }

    [Theory]
    [InlineData("made-up")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_wrong_or_missing_token_is_refused_as_not_authorized(string? token)
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = broker.Open();

        await raw.ConnectAsync("node", token);

        await raw.ExpectAsync("2002 0005");
        await raw.ExpectAsync("closed");
        Assert.Equal(EndReason.Refused, await raw.Ended);
        Assert.Empty(broker.Sessions.Connected());
    }

    [Fact]
    public async Task An_expired_token_is_refused_and_the_log_says_what_helps()
    {
        await using var broker = await TestBroker.StartAsync();
        var token = broker.Tokens.IssueFor(TimeSpan.FromMinutes(1), "node", "rw #");
        broker.Clock.Advance(TimeSpan.FromMinutes(2));
        var raw = broker.Open();

        await raw.ConnectAsync("node", token);

        await raw.ExpectAsync("2002 0005");
        await raw.Ended;
        var line = Assert.Single(broker.Log.Lines, l => l.Contains("Refused", StringComparison.Ordinal));
        Assert.Contains("node", line, StringComparison.Ordinal);
        Assert.Contains("refresh it", line, StringComparison.Ordinal);
        Assert.DoesNotContain(token, string.Join('\n', broker.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_is_not_authorized()
    {
        await using var broker = await TestBroker.StartAsync();
        var token = broker.Tokens.Issue("node", "rw #");
        await broker.Tokens.RevokeClientAsync("node");
        var raw = broker.Open();

        await raw.ConnectAsync("node", token);

        await raw.ExpectAsync("2002 0005");
    }

    [Fact]
    public async Task Revocation_ends_the_live_session_at_once_with_its_will()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var owner = await broker.ConnectAnyAsync("owner");
        await owner.SubscribeAsync("state");
        await using var node = await broker.ConnectAsync(broker.Tokens.Issue("node", "rw #"), "node", will: new("state", "gone"u8.ToArray()));

        await broker.Tokens.RevokeClientAsync("node");

        Assert.Equal("gone"u8.ToArray(), (await owner.Messages.ReadAsync()).Payload.ToArray());
        Assert.NotNull(await node.Closed);
        await Eventually.HoldsAsync(() => broker.Log.Lines.Any(l => l.Contains("node from", StringComparison.Ordinal) && l.Contains("Revoked", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Revocation_during_the_connect_ends_the_session_too()
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
        await raw.ConnectAsync("node", broker.Tokens.Issue("node", "rw #"), clean: false);
        await Eventually.HoldsAsync(() => isHeld);

        await broker.Tokens.RevokeClientAsync("node");
        disk.SetResult();

        Assert.Equal(EndReason.Revoked, await raw.Ended);
    }

    [Fact]
    public async Task A_session_ends_a_grace_time_after_its_token_with_its_will()
    {
        await using var broker = await TestBroker.StartAsync("authentication:graceSeconds=5");
        await using var owner = await broker.ConnectAnyAsync("owner");
        await owner.SubscribeAsync("state");
        await using var node = await broker.ConnectAsync(
            broker.Tokens.IssueFor(TimeSpan.FromSeconds(10), "node", "rw #"), "node", will: new("state", "gone"u8.ToArray()));

        broker.Advance(14);
        Assert.Equal(2, broker.Sessions.Connected().Count);
        broker.Advance(1);

        Assert.Equal("gone"u8.ToArray(), (await owner.Messages.ReadAsync()).Payload.ToArray());
        Assert.NotNull(await node.Closed);
        await Eventually.HoldsAsync(() => broker.Log.Lines.Any(l => l.Contains("node from", StringComparison.Ordinal) && l.Contains("TokenExpired", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Anonymous_clients_come_in_only_where_the_listener_says_so()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Policy = new() { AllowAnonymous = true };
        await using var client = await broker.ConnectAsync(token: null, "anybody");
        Assert.True(await client.SubscribeAsync("anything/#"));

        broker.Policy = new();
        var refused = await Assert.ThrowsAsync<MqttConnectRefusedException>(() => broker.ConnectAsync(token: null, "anybody"));
        Assert.Equal(5, refused.ReturnCode);
    }

    [Fact]
    public async Task A_bootstrap_session_needs_a_feature_that_grants_it_and_a_listener_that_allows_it()
    {
        await using var broker = await TestBroker.StartAsync(new(), new Granting());
        await using (var node = await broker.ConnectAsync(token: null, "node")) Assert.False(await node.SubscribeAsync("other"));

        broker.Policy = new() { AllowBootstrap = false };
        await Assert.ThrowsAsync<MqttConnectRefusedException>(() => broker.ConnectAsync(token: null, "node"));
    }

    [Fact]
    public async Task A_bootstrap_session_ends_when_its_time_is_over_without_any_grace()
    {
        await using var broker = await TestBroker.StartAsync(new(), new Granting(TimeSpan.FromSeconds(30)));
        var raw = broker.Open();
        await raw.ConnectAsync("node", null, clean: false);
        await raw.ExpectAsync("2002 0000");
        await raw.SubscribeAsync(1, "boot", 1);
        await raw.ExpectAsync("9003 0001 01");

        broker.Advance(30);

        Assert.Equal(EndReason.LimitExceeded, await raw.Ended);
        Assert.Equal(0, broker.Sessions.Count); // it asked for a session that is kept, and gets none
    }

    [Fact]
    public async Task A_bootstrap_session_cannot_take_over_the_session_of_the_real_node()
    {
        await using var broker = await TestBroker.StartAsync(new(), new Granting());
        await using var real = await broker.ConnectAsync(broker.Tokens.Issue("node", "rw #"), "node");

        await using var impostor = await broker.ConnectAsync(token: null, "node");

        Assert.Equal(2, broker.Sessions.Connected("node").Count);
        Assert.False(real.Closed.IsCompleted);
    }

    private sealed class Granting(TimeSpan? lifetime = null) : IMqttFeature
    {
        public MqttStage Stage => MqttStage.Apply;

        public ValueTask OnConnectingAsync(MqttConnecting connecting, CancellationToken cancel)
        {
            if (connecting is { Password: null, Identity: null })
                connecting.Accept(MqttIdentity.Bootstrap([new(TopicAccess.ReadWrite, "boot")], lifetime is { } time ? new ManualClock().GetUtcNow() + time : DateTimeOffset.MaxValue, 60, 64));
            return default;
        }
    }
}
