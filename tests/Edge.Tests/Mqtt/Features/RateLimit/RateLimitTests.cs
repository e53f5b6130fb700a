using Edge.Identity.Tokens;
using Edge.Mqtt.Features;
using Edge.Mqtt.Features.RateLimit;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Features.RateLimit;

public sealed class RateLimitTests
{
    [Fact]
    public async Task A_fast_client_is_held_back_and_loses_nothing()
    {
        await using var broker = await TestBroker.StartAsync("rateLimit:messagesPerSecond=10", "rateLimit:burst=5");
        await using var watcher = await broker.ConnectAnyAsync("watcher");
        await watcher.SubscribeAsync("t");
        var raw = broker.Open();
        await raw.ConnectAsync("fast", broker.Tokens.Issue("fast", "rw #"));
        await raw.ExpectAsync("2002 0000");
        var armed = broker.Clock.ArmedTimers;
        for (var i = 0; i < 10; i++) await raw.PublishAsync("t", $"{i}");

        for (var i = 0; i < 5; i++) await watcher.Messages.ReadAsync();
        for (var i = 5; i < 10; i++)
        {
            await Eventually.HoldsAsync(() => broker.Clock.ArmedTimers > armed);
            Assert.False(watcher.Messages.TryRead(out _));
            broker.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await watcher.Messages.ReadAsync();
        }
    }

    [Fact]
    public async Task A_client_that_publishes_many_bytes_is_held_back_too()
    {
        await using var broker = await TestBroker.StartAsync("rateLimit:bytesPerSecond=1024", "rateLimit:burstBytes=2048");
        await using var watcher = await broker.ConnectAnyAsync("watcher");
        await watcher.SubscribeAsync("t");
        var raw = broker.Open();
        await raw.ConnectAsync("big", broker.Tokens.Issue("big", "rw #"));
        await raw.ExpectAsync("2002 0000");
        var armed = broker.Clock.ArmedTimers;
        for (var i = 0; i < 3; i++) await raw.PublishAsync("t", new string('x', 1024));

        for (var i = 0; i < 2; i++) await watcher.Messages.ReadAsync();
        await Eventually.HoldsAsync(() => broker.Clock.ArmedTimers > armed);
        Assert.False(watcher.Messages.TryRead(out _));
        broker.Clock.Advance(TimeSpan.FromSeconds(1));
        await watcher.Messages.ReadAsync();
    }

    [Fact]
    public async Task A_fast_bootstrap_session_is_ended()
    {
        await using var broker = await TestBroker.StartAsync(new(), new Granting());
        var raw = broker.Open();
        await raw.ConnectAsync("node", null);
        await raw.ExpectAsync("2002 0000");

        for (var i = 0; i < 4; i++) await raw.PublishAsync("boot", "x");

        Assert.Equal(EndReason.LimitExceeded, await raw.Ended);
        Assert.Contains(broker.Log.Lines, l => l.Contains("the 3 messages a minute", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_subscribes_and_unsubscribes_without_end_is_held_back()
    {
        await using var broker = await TestBroker.StartAsync("rateLimit:filtersPerSecond=1", "rateLimit:filterBurst=2");
        var raw = broker.Open();
        await raw.ConnectAsync("busy", broker.Tokens.Issue("busy", "rw #"));
        await raw.ExpectAsync("2002 0000");
        var armed = broker.Clock.ArmedTimers;

        await raw.SubscribeAsync(1, "a/#", 0);
        await raw.ExpectAsync("9003 0001 00");
        await raw.SendAsync("A207 0002 0003 612F23"); // UNSUBSCRIBE a/#
        await raw.ExpectAsync("B002 0002");
        await raw.SubscribeAsync(3, "a/#", 0);
        await Eventually.HoldsAsync(() => broker.Clock.ArmedTimers > armed);
        broker.Clock.Advance(TimeSpan.FromSeconds(1));
        await raw.ExpectAsync("9003 0003 00");
    }

    [Fact]
    public async Task A_bootstrap_session_that_subscribes_without_end_is_ended()
    {
        await using var broker = await TestBroker.StartAsync(new(), new Granting());
        var raw = broker.Open();
        await raw.ConnectAsync("node", null);
        await raw.ExpectAsync("2002 0000");

        for (ushort i = 1; i <= 4; i++) await raw.SubscribeAsync(i, "boot", 0);

        Assert.Equal(EndReason.LimitExceeded, await raw.Ended);
    }

    [Fact]
    public void Tokens_come_back_with_time_and_never_beyond_the_burst()
    {
        var clock = new ManualClock();
        var bucket = new TokenBucket(perSecond: 2, burst: 3, clock);
        for (var i = 0; i < 3; i++) Assert.True(bucket.Take() <= TimeSpan.Zero);
        Assert.Equal(0.5, bucket.Take().TotalSeconds, 3);

        clock.Advance(TimeSpan.FromHours(1));

        for (var i = 0; i < 3; i++) Assert.True(bucket.Take() <= TimeSpan.Zero);
        Assert.True(bucket.Take() > TimeSpan.Zero);
    }

    private sealed class Granting : IMqttFeature
    {
        public MqttStage Stage => MqttStage.Apply;

        public ValueTask OnConnectingAsync(MqttConnecting connecting, CancellationToken cancel)
        {
            connecting.Accept(MqttIdentity.Bootstrap([new(TopicAccess.ReadWrite, "boot")], DateTimeOffset.MaxValue, 3, 64));
            return default;
        }
    }
}
