using Edge.Mqtt;
using Edge.Mqtt.Sessions.Log;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Sessions;

public sealed class PersistentSessionTests
{
    [Fact]
    public async Task Messages_that_came_meanwhile_are_delivered_in_order()
    {
        await using var broker = await TestBroker.StartAsync();
        await LeaveSubscribedAsync(broker, "away", "t/#");
        await using var publisher = await broker.ConnectAnyAsync("pub");
        for (var i = 0; i < 100; i++) await publisher.PublishAsync(Message($"t/{i % 3}", i, MqttQoS.AtLeastOnce));

        await using var back = await broker.ConnectAnyAsync("away", clean: false);

        Assert.True(back.SessionPresent);
        for (var i = 0; i < 100; i++) Assert.Equal(i, Number(await back.Messages.ReadAsync()));
    }

    [Fact]
    public async Task A_subscription_that_is_asked_for_again_and_again_is_written_once()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAnyAsync("meter", clean: false);
        await client.SubscribeAsync("t/#", MqttQoS.AtLeastOnce);
        var commits = broker.Storage.Commits;

        for (var i = 0; i < 5; i++) await client.SubscribeAsync("t/#", MqttQoS.AtLeastOnce);
        Assert.Equal(commits, broker.Storage.Commits);

        await client.SubscribeAsync("t/#", MqttQoS.AtMostOnce);
        Assert.Equal(commits + 1, broker.Storage.Commits);
    }

    [Fact]
    public async Task What_waits_knows_since_when_whether_or_not_its_session_has_limits_of_its_own()
    {
        await using var broker = await TestBroker.StartAsync();
        await LeaveSubscribedAsync(broker, "away", "t");
        await using var publisher = await broker.ConnectAnyAsync("pub");
        await publisher.PublishAsync(Message("t", 1, MqttQoS.AtLeastOnce));
        var session = broker.Sessions.Find(new("all", "away"))!;

        Assert.Equal(0, session.DropQueuedBefore(broker.Clock.GetUtcNow() - TimeSpan.FromHours(1)));
        Assert.Equal(1, session.DropQueuedBefore(broker.Clock.GetUtcNow() + TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task QoS_0_is_not_kept()
    {
        await using var broker = await TestBroker.StartAsync();
        await LeaveSubscribedAsync(broker, "away", "t");
        await using var publisher = await broker.ConnectAnyAsync("pub");
        await publisher.PublishAsync(Message("t", 1, MqttQoS.AtMostOnce));
        await publisher.PublishAsync(Message("t", 2, MqttQoS.AtLeastOnce));

        await using var back = await broker.ConnectAnyAsync("away", clean: false);

        Assert.Equal(2, Number(await back.Messages.ReadAsync()));
    }

    [Fact]
    public async Task A_clean_connect_forgets_everything()
    {
        await using var broker = await TestBroker.StartAsync();
        await LeaveSubscribedAsync(broker, "away", "t");
        await using (var clean = await broker.ConnectAnyAsync("away")) Assert.False(clean.SessionPresent);

        await using var back = await broker.ConnectAnyAsync("away", clean: false);

        Assert.False(back.SessionPresent);
        await Eventually.HoldsAsync(() => broker.Storage.Count("mqtt-sessions") == 1);
    }

    [Fact]
    public async Task A_session_survives_the_power_with_subscriptions_and_messages()
    {
        var storage = new FakeStorage();
        await using (var broker = await TestBroker.StartAsync(storage, null))
        {
            await LeaveSubscribedAsync(broker, "away", "t/#");
            await using var publisher = await broker.ConnectAnyAsync("pub");
            for (var i = 0; i < 10; i++) await publisher.PublishAsync(Message("t/x", i, MqttQoS.ExactlyOnce));
            storage = storage.Snapshot(); // what is durable at the moment of the last acknowledgement
        }

        await using var restarted = await TestBroker.StartAsync(storage, null);
        await using var back = await restarted.ConnectAnyAsync("away", clean: false);

        Assert.True(back.SessionPresent);
        for (var i = 0; i < 10; i++) Assert.Equal(i, Number(await back.Messages.ReadAsync()));
        await restarted.Publisher.PublishAsync(Message("t/y", 99, MqttQoS.AtMostOnce));
        Assert.Equal(99, Number(await back.Messages.ReadAsync()));
    }

    [Fact]
    public async Task What_is_acknowledged_does_not_come_back_after_a_restart()
    {
        var storage = new FakeStorage();
        FakeStorage durable;
        await using (var broker = await TestBroker.StartAsync(storage, null))
        {
            await LeaveSubscribedAsync(broker, "away", "t");
            await broker.Publisher.PublishAsync(Message("t", 1, MqttQoS.ExactlyOnce));
            await broker.Publisher.PublishAsync(Message("t", 2, MqttQoS.AtLeastOnce));
            await using var back = await broker.ConnectAnyAsync("away", clean: false);
            Assert.Equal(1, Number(await back.Messages.ReadAsync()));
            Assert.Equal(2, Number(await back.Messages.ReadAsync()));
            await Eventually.HoldsAsync(() => broker.Sessions.Connected("away")[0].Statistics.Queued == 0);
            await broker.Get<MessageLog>().DisposeAsync(); // writes what is in line
            durable = storage.Snapshot();
        }

        await using var restarted = await TestBroker.StartAsync(durable, null);
        await using var again = await restarted.ConnectAnyAsync("away", clean: false);
        await restarted.Publisher.PublishAsync(Message("t", 3, MqttQoS.AtLeastOnce));
        Assert.Equal(3, Number(await again.Messages.ReadAsync()));
    }

    [Fact]
    public async Task A_session_is_dropped_when_its_client_stays_away_too_long()
    {
        await using var broker = await TestBroker.StartAsync("sessionExpiryHours=1");
        await LeaveSubscribedAsync(broker, "away", "t");
        await broker.Publisher.PublishAsync(Message("t", 1, MqttQoS.AtLeastOnce));
        broker.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(1, broker.Sessions.Count);

        broker.Clock.Advance(TimeSpan.FromMinutes(3));

        await Eventually.HoldsAsync(() => broker.Sessions.Count == 0 && broker.Storage.Count("mqtt-messages") == 0);
        Assert.Contains(broker.Log.Lines, l => l.Contains("mqtt:sessionExpiryHours", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_that_was_connected_when_the_power_went_does_not_expire_before_its_client_can_return()
    {
        var storage = new FakeStorage();
        FakeStorage durable;
        await using (var broker = await TestBroker.StartAsync(storage, null))
        {
            await using var connected = await broker.ConnectAnyAsync("node", clean: false);
            await connected.SubscribeAsync("t");
            durable = storage.Snapshot();
        }

        await using var restarted = await TestBroker.StartAsync(durable, null);
        restarted.Advance(120); // two looks at what has expired

        await using var back = await restarted.ConnectAnyAsync("node", clean: false);
        Assert.True(back.SessionPresent);
    }

    [Fact]
    public async Task Sessions_beyond_the_limit_of_a_subject_are_refused_and_clean_ones_taken()
    {
        await using var broker = await TestBroker.StartAsync("maxPersistentSessionsPerSubject=1");
        var token = broker.Tokens.Issue("one", "rw #");
        await using var first = await broker.ConnectAsync(token, "first", clean: false);

        var raw = broker.Open();
        await raw.ConnectAsync("second", token, clean: false);
        await raw.ExpectAsync("2002 0003");
        await using var clean = await broker.ConnectAsync(token, "second");
        await using var other = await broker.ConnectAsync(broker.Tokens.Issue("two", "rw #"), "second", clean: false);

        Assert.Contains(broker.Log.Lines, l => l.Contains("mqtt:maxPersistentSessionsPerSubject", StringComparison.Ordinal));
    }

    private static async Task LeaveSubscribedAsync(TestBroker broker, string clientId, string filter)
    {
        await using var client = await broker.ConnectAnyAsync(clientId, clean: false);
        await client.SubscribeAsync(filter, MqttQoS.ExactlyOnce);
        await client.DisconnectAsync();
        await Eventually.HoldsAsync(() => broker.Sessions.Connected(clientId).Count == 0);
    }

    private static MqttMessage Message(string topic, int number, MqttQoS qos) => new(topic, BitConverter.GetBytes(number), qos);

    private static int Number(MqttMessage message) => BitConverter.ToInt32(message.Payload.Span);
}
