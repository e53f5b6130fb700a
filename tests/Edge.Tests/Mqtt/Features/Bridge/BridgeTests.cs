using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features.Bridge;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Features.Bridge;

public sealed class BridgeTests
{
    [Theory]
    [InlineData("5.0", 0)]
    [InlineData("5.0", 1)]
    [InlineData("5.0", 2)]
    [InlineData("3.1.1", 1)]
    [InlineData("3.1.1", 2)]
    public async Task Messages_pass_in_both_directions_with_their_prefixes(string version, int qos)
    {
        var listener = BridgedBroker.Listen();
        await using var there = await BridgedBroker.StartAsync(listener, new());
        await using var here = await BridgedBroker.StartAsync(BridgedBroker.To(listener, version, $"up/# out {qos} house/ site/", $"down/# in {qos} house/ site/"));
        await here.ConnectedAsync();
        await using var mine = await here.ConnectAsync("mine");
        await using var theirs = await there.ConnectAsync("theirs");
        await theirs.SubscribeAsync("site/up/#", MqttQoS.ExactlyOnce);
        await mine.SubscribeAsync("house/down/#", MqttQoS.ExactlyOnce);

        await mine.PublishAsync(Message("house/up/a", "1", (MqttQoS)qos));
        await theirs.PublishAsync(Message("site/down/b", "2", (MqttQoS)qos));

        Assert.Equal("site/up/a 1", BridgedBroker.Text(await theirs.Messages.ReadAsync()));
        Assert.Equal("house/down/b 2", BridgedBroker.Text(await mine.Messages.ReadAsync()));
        await Eventually.HoldsAsync(() => here.Links[0].QueuedMessages == 0);
    }

    [Fact]
    public async Task What_is_published_while_the_other_broker_is_away_waits_and_arrives_in_order_once()
    {
        var listener = BridgedBroker.Listen();
        await using var there = await BridgedBroker.StartAsync(listener, new());
        await using var here = await BridgedBroker.StartAsync(BridgedBroker.To(listener, "5.0", "# out 2"));
        await here.ConnectedAsync();
        await using var mine = await here.ConnectAsync("mine");
        await using var theirs = await there.ConnectAsync("theirs");
        await theirs.SubscribeAsync("t/#", MqttQoS.ExactlyOnce);

        there.Cut();
        await Eventually.HoldsAsync(() => !here.Links[0].IsConnected);
        for (var i = 0; i < 200; i++) await mine.PublishAsync(Message("t/x", $"{i}", i % 2 == 0 ? MqttQoS.AtLeastOnce : MqttQoS.ExactlyOnce));
        Assert.Equal(200, here.Links[0].QueuedMessages);
        there.Open();
        await here.ConnectedAsync();

        for (var i = 0; i < 200; i++) Assert.Equal($"t/x {i}", BridgedBroker.Text(await theirs.Messages.ReadAsync()));
        Assert.False(theirs.Messages.TryRead(out _));
    }

    [Fact]
    public async Task Cuts_at_any_moment_lose_nothing_and_double_no_QoS_2_message()
    {
        const int Count = 300;
        var listener = BridgedBroker.Listen();
        await using var there = await BridgedBroker.StartAsync(listener, new());
        await using var here = await BridgedBroker.StartAsync(BridgedBroker.To(listener, "5.0", "out/# out 2", "in/# in 2"));
        await here.ConnectedAsync();
        await using var mine = await here.ConnectAsync("mine");
        await using var theirs = await there.ConnectAsync("theirs");
        await theirs.SubscribeAsync("out/#", MqttQoS.ExactlyOnce);
        await mine.SubscribeAsync("in/#", MqttQoS.ExactlyOnce);

        for (var i = 0; i < Count; i++)
        {
            await Task.WhenAll(mine.PublishAsync(Message("out/x", $"{i}", MqttQoS.ExactlyOnce)), theirs.PublishAsync(Message("in/x", $"{i}", MqttQoS.ExactlyOnce)));
            if (i % 60 != 30) continue;

            there.Cut();
            there.Open();
        }

        await here.ConnectedAsync();
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal($"out/x {i}", BridgedBroker.Text(await NextAsync(theirs, here)));
            Assert.Equal($"in/x {i}", BridgedBroker.Text(await NextAsync(mine, here)));
        }

        Assert.False(theirs.Messages.TryRead(out _));
        Assert.False(mine.Messages.TryRead(out _));
    }

    [Fact]
    public async Task What_waits_outlives_a_power_cut()
    {
        var (listener, storage) = (BridgedBroker.Listen(), new FakeStorage());
        FakeStorage left;
        await using var there = await BridgedBroker.StartAsync(listener, new());
        there.Cut();
        var settings = BridgedBroker.To(listener, "5.0", "# out 1");
        await using (var here = await BridgedBroker.StartAsync(BridgedBroker.Listen(), storage, settings))
        {
            await using var mine = await here.ConnectAsync("mine");
            for (var i = 0; i < 5; i++) await mine.PublishAsync(Message("t", $"{i}", MqttQoS.AtLeastOnce));
            left = storage.Snapshot(); // what a power cut leaves
        }

        await using var theirs = await there.ConnectAsync("theirs");
        await theirs.SubscribeAsync("#", MqttQoS.AtLeastOnce);
        there.Open();
        await using var again = await BridgedBroker.StartAsync(BridgedBroker.Listen(), left, settings);
        await again.ConnectedAsync();

        for (var i = 0; i < 5; i++) Assert.Equal($"t {i}", BridgedBroker.Text(await theirs.Messages.ReadAsync()));
    }

    [Theory]
    [InlineData("5.0")]
    [InlineData("3.1.1")]
    public async Task Everything_both_ways_comes_to_an_end(string version)
    {
        var listener = BridgedBroker.Listen();
        await using var there = await BridgedBroker.StartAsync(listener, new());
        await using var here = await BridgedBroker.StartAsync(BridgedBroker.To(listener, version, "# both 1"));
        await here.ConnectedAsync();
        await using var mine = await here.ConnectAsync("mine");
        await using var theirs = await there.ConnectAsync("theirs");
        await mine.SubscribeAsync("#");
        await theirs.SubscribeAsync("#");

        await mine.PublishAsync(Message("a", "from here", MqttQoS.AtLeastOnce));
        await theirs.PublishAsync(Message("b", "from there", MqttQoS.AtLeastOnce));

        Assert.Equal(["a from here", "b from there"], (await TwoAsync(mine)).Order());
        Assert.Equal(["a from here", "b from there"], (await TwoAsync(theirs)).Order());
        await mine.PublishAsync(Message("end", "", MqttQoS.AtLeastOnce));
        Assert.Equal("end ", BridgedBroker.Text(await mine.Messages.ReadAsync()));
        Assert.Equal("end ", BridgedBroker.Text(await theirs.Messages.ReadAsync()));
    }

    [Fact]
    public async Task A_ring_of_three_brokers_brings_each_message_once()
    {
        var (first, second, third) = (BridgedBroker.Listen(), BridgedBroker.Listen(), BridgedBroker.Listen());
        await using var a = await BridgedBroker.StartAsync(first, new(), BridgedBroker.To(second, "5.0", "# out 1"));
        await using var b = await BridgedBroker.StartAsync(second, new(), BridgedBroker.To(third, "5.0", "# out 1"));
        await using var c = await BridgedBroker.StartAsync(third, new(), BridgedBroker.To(first, "5.0", "# out 1"));
        foreach (var broker in new[] { a, b, c }) await broker.ConnectedAsync();
        await using var client = await a.ConnectAsync("client");
        await client.SubscribeAsync("#");

        await client.PublishAsync(Message("t", "1", MqttQoS.AtLeastOnce));

        Assert.Equal("t 1", BridgedBroker.Text(await client.Messages.ReadAsync()));
        await Eventually.HoldsAsync(() => c.Links[0].Counters.Out == 1 && c.Links[0].QueuedMessages == 0);
        Assert.Equal([1, 1, 1], new[] { a, b, c }.Select(x => (int)x.Links[0].Counters.Out));
        Assert.False(client.Messages.TryRead(out _));
    }

    [Fact]
    public async Task The_state_of_a_bridge_can_be_subscribed_to()
    {
        var listener = BridgedBroker.Listen();
        await using var there = await BridgedBroker.StartAsync(listener, new());
        await using var here = await BridgedBroker.StartAsync(BridgedBroker.To(listener, "5.0", "# out 1"));
        await here.ConnectedAsync();
        await using var watcher = await here.ConnectAsync("watcher");
        await watcher.SubscribeAsync("$SYS/broker/connection/+/state");
        while (BridgedBroker.Text(await watcher.Messages.ReadAsync()) != "$SYS/broker/connection/b/state 1")
        {
            // It may have subscribed before the state was told.
        }

        there.Cut();

        Assert.Equal("$SYS/broker/connection/b/state 0", BridgedBroker.Text(await watcher.Messages.ReadAsync()));
    }

    [Fact]
    public async Task What_finds_no_room_is_dropped_counted_and_told_once()
    {
        var listener = BridgedBroker.Listen();
        await using var there = await BridgedBroker.StartAsync(listener, new());
        there.Cut();
        await using var here = await BridgedBroker.StartAsync([.. BridgedBroker.To(listener, "5.0", "# out 1"), "bridges:b:maxMessages=3"]);
        await using var mine = await here.ConnectAsync("mine");
        for (var i = 0; i < 5; i++) await mine.PublishAsync(Message("t", $"{i}", MqttQoS.AtLeastOnce));

        Assert.Equal((3, 2), (here.Links[0].QueuedMessages, (int)here.Links[0].Dropped));
        await Eventually.HoldsAsync(() =>
        {
            here.Broker.Clock.Advance(TimeSpan.FromSeconds(30));
            return here.Broker.Log.Lines.Any(l => l.Contains("drops messages: 2", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task What_waits_too_long_is_dropped()
    {
        var listener = BridgedBroker.Listen();
        await using var there = await BridgedBroker.StartAsync(listener, new());
        there.Cut();
        await using var here = await BridgedBroker.StartAsync([.. BridgedBroker.To(listener, "5.0", "# out 1"), "bridges:b:keepHours=1"]);
        await using var mine = await here.ConnectAsync("mine");
        await mine.PublishAsync(Message("t", "old", MqttQoS.AtLeastOnce));
        here.Broker.Clock.Advance(TimeSpan.FromMinutes(50));
        await mine.PublishAsync(Message("t", "young", MqttQoS.AtLeastOnce));
        here.Broker.Clock.Advance(TimeSpan.FromMinutes(11));

        await Eventually.HoldsAsync(() =>
        {
            here.Broker.Clock.Advance(TimeSpan.FromSeconds(1));
            return here.Links[0].QueuedMessages == 1;
        });
        Assert.Equal(1, here.Links[0].Dropped);
    }

    [Fact]
    public async Task What_waits_for_a_bridge_outlives_the_sessions_of_others()
    {
        var listener = BridgedBroker.Listen();
        await using var there = await BridgedBroker.StartAsync(listener, new());
        there.Cut();
        await using var here = await BridgedBroker.StartAsync([.. BridgedBroker.To(listener, "5.0", "# out 1"), "sessionExpiryHours=1"]);
        await using var mine = await here.ConnectAsync("mine");
        await mine.PublishAsync(Message("t", "1", MqttQoS.AtLeastOnce));

        here.Broker.Clock.Advance(TimeSpan.FromHours(30));
        await here.Broker.Sessions.DropExpiredAsync(here.Broker.Clock.GetUtcNow(), CancellationToken.None);

        Assert.Equal(1, here.Links[0].QueuedMessages);
    }

    [Fact]
    public async Task A_bridge_tells_for_how_many_hours_it_has_room()
    {
        var backlog = new BridgeBacklog(new() { MaxMessages = 1000, KeepHours = 100, MaxMegabytes = 1 }, new(), () => null);
        Assert.Equal(100, backlog.HoldsHours);
        var counters = new BridgeCounters();
        backlog = new(new() { MaxMessages = 1000, KeepHours = 100, MaxMegabytes = 1 }, counters, () => null);
        for (var i = 0; i < 100; i++) counters.Sent(10);

        backlog.Measure(TimeSpan.FromHours(1));

        Assert.Equal(10, backlog.HoldsHours);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_message_that_is_too_large_for_the_other_broker_does_not_stop_those_behind_it()
    {
        var listener = BridgedBroker.Listen();
        await using var there = await BridgedBroker.StartAsync(listener, new(), "maxPacketBytes=1000");
        await using var here = await BridgedBroker.StartAsync(BridgedBroker.To(listener, "5.0", "# out 2"));
        await here.ConnectedAsync();
        await using var mine = await here.ConnectAsync("mine");
        await using var theirs = await there.ConnectAsync("theirs");
        await theirs.SubscribeAsync("#");

        await mine.PublishAsync(new("t", new byte[2000], MqttQoS.ExactlyOnce));
        await mine.PublishAsync(Message("t", "small", MqttQoS.ExactlyOnce));

        Assert.Equal("t small", BridgedBroker.Text(await theirs.Messages.ReadAsync()));
        await Eventually.HoldsAsync(() => here.Links[0].QueuedMessages == 0);
        Assert.Equal(1, here.Links[0].Dropped);
    }

    [Fact]
    public async Task A_bridge_that_is_no_longer_configured_leaves_nothing_behind()
    {
        var (listener, storage) = (BridgedBroker.Listen(), new FakeStorage());
        await using var there = await BridgedBroker.StartAsync(listener, new());
        await using (var here = await BridgedBroker.StartAsync(BridgedBroker.Listen(), storage, BridgedBroker.To(listener, "5.0", "# out 1")))
        {
            await here.ConnectedAsync();
            Assert.NotNull(here.Broker.Get<BridgeBroker>().SessionOf("b"));
        }

        await using var without = await BridgedBroker.StartAsync(BridgedBroker.Listen(), storage);

        await Eventually.HoldsAsync(() => without.Broker.Get<BridgeBroker>().SessionOf("b") is null);
    }

    [Fact]
    public async Task What_the_configuration_no_longer_bridges_is_unsubscribed()
    {
        var (listener, storage) = (BridgedBroker.Listen(), new FakeStorage());
        await using var there = await BridgedBroker.StartAsync(listener, new());
        await using (var before = await BridgedBroker.StartAsync(BridgedBroker.Listen(), storage, BridgedBroker.To(listener, "5.0", "a/# both 1")))
            await before.ConnectedAsync();

        await using var here = await BridgedBroker.StartAsync(BridgedBroker.Listen(), storage, BridgedBroker.To(listener, "5.0", "b/# both 1"));
        await here.ConnectedAsync();

        Assert.Equal(["b/#"], here.Broker.Get<BridgeBroker>().SessionOf("b")!.Subscriptions.All.Select(s => s.Key));
        await Eventually.HoldsAsync(() => there.Broker.Sessions.Find(new("anonymous", "edge-b"))?.Subscriptions.All.Select(s => s.Key).SequenceEqual(["b/#"]) == true);
    }

    private static MqttMessage Message(string topic, string text, MqttQoS qos) => new(topic, Encoding.UTF8.GetBytes(text), qos);

    private static async Task<List<string>> TwoAsync(MqttClient client) =>
        [BridgedBroker.Text(await client.Messages.ReadAsync()), BridgedBroker.Text(await client.Messages.ReadAsync())];

    /// <summary>The next message, with the bridge's clock going on, so that it comes back after a cut.</summary>
    private static async Task<MqttMessage> NextAsync(MqttClient client, BridgedBroker bridge)
    {
        MqttMessage? message = null;
        await Eventually.HoldsAsync(() =>
        {
            if (client.Messages.TryRead(out message)) return true;
            if (!bridge.Links[0].IsConnected) bridge.Broker.Clock.Advance(TimeSpan.FromSeconds(1));
            return false;
        });
        return message!;
    }
}
