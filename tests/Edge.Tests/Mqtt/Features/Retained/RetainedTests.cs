using Edge.Mqtt;
using Edge.Mqtt.Features.Retained;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Features.Retained;

public sealed class RetainedTests
{
    [Fact]
    public async Task The_last_retained_message_greets_a_new_subscriber_with_the_flag_set()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAnyAsync();
        await client.PublishAsync(Retain("t", "old"));
        await client.PublishAsync(Retain("t", "new"));

        await client.SubscribeAsync("+");

        var message = await client.Messages.ReadAsync();
        Assert.Equal("new"u8.ToArray(), message.Payload.ToArray());
        Assert.True(message.Retain);
    }

    [Fact]
    public async Task An_established_subscriber_gets_it_without_the_flag()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAnyAsync();
        await client.SubscribeAsync("t");

        await client.PublishAsync(Retain("t", "x"));

        Assert.False((await client.Messages.ReadAsync()).Retain);
    }

    [Fact]
    public async Task An_empty_message_clears_and_is_passed_on()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAnyAsync();
        await client.SubscribeAsync("t");
        await client.PublishAsync(Retain("t", "x"));
        await client.PublishAsync(Retain("t", ""));

        Assert.Equal(1, (await client.Messages.ReadAsync()).Payload.Length);
        Assert.Equal(0, (await client.Messages.ReadAsync()).Payload.Length);
        Assert.Equal(0, broker.Get<RetainedMessages>().Count);
        Assert.Equal(0, broker.Storage.Count("mqtt-retained"));
    }

    [Fact]
    public async Task Retained_messages_survive_the_power_cut()
    {
        var storage = new FakeStorage();
        await using (var broker = await TestBroker.StartAsync(storage, null))
        {
            await using var client = await broker.ConnectAnyAsync();
            await client.PublishAsync(Retain("t/1", "x"));
            storage = storage.Snapshot();
        }

        await using var restarted = await TestBroker.StartAsync(storage, null);
        await using var back = await restarted.ConnectAnyAsync();
        await back.SubscribeAsync("t/#");
        Assert.Equal("t/1", (await back.Messages.ReadAsync()).Topic);
    }

    [Fact]
    public async Task A_thousand_retained_messages_do_not_overrun_a_small_outbox()
    {
        await using var broker = await TestBroker.StartAsync("outboxMessages=64", "receiveMaximum=50", "outboxBytes=16384");
        for (var i = 0; i < 1000; i++) await broker.Publisher.PublishAsync(new($"t/{i}", new byte[100], MqttQoS.AtMostOnce, Retain: true));
        await using var client = await broker.ConnectAnyAsync();

        await client.SubscribeAsync("t/#", MqttQoS.AtMostOnce);

        for (var i = 0; i < 1000; i++) Assert.True((await client.Messages.ReadAsync()).Retain);
    }

    [Theory]
    [InlineData(true, MqttQoS.AtLeastOnce)]
    [InlineData(false, MqttQoS.AtLeastOnce)]
    [InlineData(false, MqttQoS.ExactlyOnce)]
    public async Task More_retained_messages_than_the_queue_holds_all_arrive(bool clean, MqttQoS qos)
    {
        await using var broker = await TestBroker.StartAsync("maxQueuedMessages=20", "maxInFlight=5");
        for (var i = 0; i < 300; i++) await broker.Publisher.PublishAsync(new($"t/{i}", new byte[100], qos, Retain: true));
        await using var client = await broker.ConnectAnyAsync(clean: clean);

        await client.SubscribeAsync("t/#", qos);

        var topics = new HashSet<string>();
        for (var i = 0; i < 300; i++) topics.Add((await client.Messages.ReadAsync()).Topic);
        Assert.Equal(300, topics.Count);
        Assert.Equal(0, broker.Sessions.Connected().Single().Statistics.Dropped);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_midst_finds_what_its_queue_held()
    {
        await using var broker = await TestBroker.StartAsync("maxQueuedMessages=20", "maxInFlight=5");
        for (var i = 0; i < 100; i++) await broker.Publisher.PublishAsync(new($"t/{i}", new byte[100], MqttQoS.AtLeastOnce, Retain: true));
        var raw = broker.Open();
        await raw.ConnectAsync("all", broker.Tokens.Issue("all", "rw #"), clean: false);
        await raw.ExpectAsync("2002 0000");
        await raw.SubscribeAsync(1, "t/#", 1);
        await raw.ExpectAsync("9003 0001 01");

        await raw.VanishAsync();
        await Eventually.HoldsAsync(() => broker.Broker.ConnectionCount == 0);

        await using var back = await broker.ConnectAnyAsync(clean: false);
        for (var i = 0; i < 20; i++) Assert.True((await back.Messages.ReadAsync()).Retain);
    }

    [Fact]
    public async Task Beyond_the_limit_a_message_is_passed_on_but_not_kept()
    {
        await using var broker = await TestBroker.StartAsync("retained:maxMessages=1");
        await using var client = await broker.ConnectAnyAsync();
        await client.SubscribeAsync("#");
        await client.PublishAsync(Retain("a", "1"));
        await client.PublishAsync(Retain("b", "2"));
        await client.PublishAsync(Retain("a", "3"));

        for (var i = 0; i < 3; i++) await client.Messages.ReadAsync();
        Assert.Equal("3"u8.ToArray(), broker.Get<RetainedMessages>().Find("a")!.Message.Payload.ToArray());
        Assert.Null(broker.Get<RetainedMessages>().Find("b"));
        Assert.Contains(broker.Log.Lines, l => l.Contains("mqtt:retained:maxMessages", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bytes_are_limited_too()
    {
        await using var broker = await TestBroker.StartAsync("retained:maxBytes=10");
        await broker.Publisher.PublishAsync(Retain("a", "12345678"));
        await broker.Publisher.PublishAsync(Retain("b", "123"));

        Assert.Equal(1, broker.Get<RetainedMessages>().Count);
    }

    [Fact]
    public async Task A_retained_message_of_QoS_0_is_stored_soon()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.Publisher.PublishAsync(new("t", "x"u8.ToArray(), MqttQoS.AtMostOnce, Retain: true));

        await Eventually.HoldsAsync(() => broker.Storage.Count("mqtt-retained") == 1);
    }

    [Fact]
    public async Task What_has_expired_leaves_memory_and_store_though_nobody_asks_for_it()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.Publisher.PublishAsync(Retain("t", "x") with { Properties = new() { ExpirySeconds = 5 } });
        Assert.Equal(1, broker.Storage.Count("mqtt-retained"));

        broker.Advance(6);

        Assert.Equal(0, broker.Get<RetainedMessages>().Count);
        await Eventually.HoldsAsync(() => broker.Storage.Count("mqtt-retained") == 0);
    }

    [Fact]
    public async Task One_that_there_is_no_room_for_leaves_no_older_one_behind()
    {
        await using var broker = await TestBroker.StartAsync("retained:maxBytes=10");
        await broker.Publisher.PublishAsync(Retain("a", "old"));

        await broker.Publisher.PublishAsync(Retain("a", "new and too long"));

        Assert.Null(broker.Get<RetainedMessages>().Find("a"));
        Assert.Equal(0, broker.Storage.Count("mqtt-retained"));
    }

    [Fact]
    public async Task Topics_and_properties_count_as_bytes()
    {
        await using var broker = await TestBroker.StartAsync("retained:maxBytes=100");

        await broker.Publisher.PublishAsync(Retain("t", "x") with { Properties = new() { UserProperties = [new("name", new string('v', 100))] } });

        Assert.Equal(0, broker.Get<RetainedMessages>().Count);
    }

    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    public async Task A_wildcard_shows_nobody_what_he_may_not_read(MqttQoS qos)
    {
        await using var broker = await TestBroker.StartAsync("authorization:closed:0=plant/+/secret");
        await broker.Publisher.PublishAsync(Retain("plant/1/secret", "x"));
        await broker.Publisher.PublishAsync(Retain("plant/2/value", "x"));
        await using var client = await broker.ConnectAnyAsync();

        await client.SubscribeAsync("plant/#", qos);

        Assert.Equal("plant/2/value", (await client.Messages.ReadAsync()).Topic);
    }

    private static MqttMessage Retain(string topic, string text) =>
        new(topic, System.Text.Encoding.UTF8.GetBytes(text), MqttQoS.AtLeastOnce, Retain: true);
}
