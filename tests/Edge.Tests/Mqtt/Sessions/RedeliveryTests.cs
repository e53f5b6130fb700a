using Edge.Mqtt;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport;

namespace Edge.Tests.Mqtt.Sessions;

public sealed class RedeliveryTests
{
    [Fact]
    public async Task What_was_not_acknowledged_comes_again_with_DUP_and_the_same_identifier_in_order()
    {
        await using var broker = await TestBroker.StartAsync("maxInFlight=2");
        var raw = await SubscribedAsync(broker, 1);
        foreach (var text in new[] { "1", "2", "3" }) await broker.Publisher.PublishAsync(Text(text, MqttQoS.AtLeastOnce));
        await raw.ExpectPublishAsync("t", "1", qos: 1, id: 1);
        await raw.ExpectPublishAsync("t", "2", qos: 1, id: 2);
        await raw.VanishAsync();
        Assert.Equal(EndReason.PeerGone, await raw.Ended);

        raw = await BackAsync(broker);
        await raw.ExpectPublishAsync("t", "1", qos: 1, id: 1, duplicate: true);
        await raw.ExpectPublishAsync("t", "2", qos: 1, id: 2, duplicate: true);
        await raw.SendAsync("4002 0001");
        await raw.ExpectPublishAsync("t", "3", qos: 1, id: 3);
    }

    [Fact]
    public async Task A_client_that_publishes_to_itself_does_not_wait_for_acknowledgements_that_it_cannot_have_sent()
    {
        await using var broker = await TestBroker.StartAsync("maxInFlight=1", "maxQueuedMessages=4", "slowConsumerMilliseconds=60000");
        var raw = await SubscribedAsync(broker, 1);

        for (ushort i = 1; i <= 4; i++) await raw.PublishAsync("t", $"{i}", qos: 1, id: i);
        await raw.SendAsync("C000");

        while (await raw.ReadAsync() is var packet && packet != "D000") Assert.NotEqual("closed", packet);
    }

    [Fact]
    public async Task After_PUBREC_only_PUBREL_comes_again()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await SubscribedAsync(broker, 2);
        await broker.Publisher.PublishAsync(Text("1", MqttQoS.ExactlyOnce));
        await raw.ExpectPublishAsync("t", "1", qos: 2, id: 1);
        await raw.SendAsync("5002 0001");
        await raw.ExpectAsync("6202 0001");
        await raw.VanishAsync();
        await raw.Ended;

        raw = await BackAsync(broker);
        await raw.ExpectAsync("6202 0001");
        await raw.SendAsync("7002 0001 C000");
        await raw.ExpectAsync("D000");
        await Eventually.HoldsAsync(() => broker.Storage.Count("mqtt-messages") == 0);
    }

    [Fact]
    public async Task A_release_survives_the_power_cut_and_so_the_message_comes_once()
    {
        var storage = new FakeStorage();
        FakeStorage durable;
        await using (var broker = await TestBroker.StartAsync(storage, null))
        {
            var raw = await SubscribedAsync(broker, 2);
            await broker.Publisher.PublishAsync(Text("1", MqttQoS.ExactlyOnce));
            await raw.ExpectPublishAsync("t", "1", qos: 2, id: 1);
            await raw.SendAsync("5002 0001");
            await raw.ExpectAsync("6202 0001");
            durable = storage.Snapshot();
        }

        await using var restarted = await TestBroker.StartAsync(durable, null);
        var back = await BackAsync(restarted);
        await back.ExpectAsync("6202 0001");
    }

    [Fact]
    public async Task A_repeated_QoS_2_message_is_passed_on_once()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var subscriber = await broker.ConnectAnyAsync("sub");
        await subscriber.SubscribeAsync("t", MqttQoS.ExactlyOnce);
        var raw = broker.Open();
        await raw.ConnectAsync("pub", broker.Tokens.Issue("pub", "rw #"), clean: false);
        await raw.ExpectAsync("2002 0000");

        await raw.PublishAsync("t", "once", qos: 2, id: 9);
        await raw.ExpectAsync("5002 0009");
        await raw.PublishAsync("t", "once", qos: 2, id: 9, duplicate: true);
        await raw.ExpectAsync("5002 0009");
        await raw.SendAsync("6202 0009");
        await raw.ExpectAsync("7002 0009");
        await raw.PublishAsync("t", "again", qos: 2, id: 9);
        await raw.ExpectAsync("5002 0009");

        Assert.Equal("once"u8.ToArray(), (await subscriber.Messages.ReadAsync()).Payload.ToArray());
        Assert.Equal("again"u8.ToArray(), (await subscriber.Messages.ReadAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task A_QoS_2_message_taken_before_the_power_cut_is_not_passed_on_again_after_it()
    {
        var storage = new FakeStorage();
        FakeStorage durable;
        await using (var broker = await TestBroker.StartAsync(storage, null))
        {
            var raw = broker.Open();
            await raw.ConnectAsync("pub", broker.Tokens.Issue("pub", "rw #"), clean: false);
            await raw.ExpectAsync("2002 0000");
            await raw.PublishAsync("t", "x", qos: 2, id: 9);
            await raw.ExpectAsync("5002 0009");
            durable = storage.Snapshot();
        }

        await using var restarted = await TestBroker.StartAsync(durable, null);
        await using var subscriber = await restarted.ConnectAnyAsync("sub");
        await subscriber.SubscribeAsync("t", MqttQoS.ExactlyOnce);
        var back = restarted.Open();
        await back.ConnectAsync("pub", restarted.Tokens.Issue("pub", "rw #"), clean: false);
        await back.ExpectAsync("2002 0100");
        await back.PublishAsync("t", "x", qos: 2, id: 9, duplicate: true);
        await back.ExpectAsync("5002 0009");
        await back.SendAsync("6202 0009");
        await back.ExpectAsync("7002 0009");
        await back.PublishAsync("t", "next", qos: 2, id: 9);
        await back.ExpectAsync("5002 0009");

        Assert.Equal("next"u8.ToArray(), (await subscriber.Messages.ReadAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task No_more_than_the_limit_is_in_flight()
    {
        await using var broker = await TestBroker.StartAsync("maxInFlight=1");
        var raw = await SubscribedAsync(broker, 1);
        await broker.Publisher.PublishAsync(Text("1", MqttQoS.AtLeastOnce));
        await broker.Publisher.PublishAsync(Text("2", MqttQoS.AtLeastOnce));
        await raw.ExpectPublishAsync("t", "1", qos: 1, id: 1);

        await raw.SendAsync("C000"); // its answer would come after the second message, were that on its way
        await raw.ExpectAsync("D000");
        await raw.SendAsync("4002 0001");
        await raw.ExpectPublishAsync("t", "2", qos: 1, id: 2);
    }

    [Fact]
    public async Task A_full_queue_drops_the_newest_and_counts_them()
    {
        await using var broker = await TestBroker.StartAsync("maxInFlight=1", "maxQueuedMessages=2");
        var raw = await SubscribedAsync(broker, 1);
        var reached = 0;
        for (var i = 1; i <= 10; i++) reached += await broker.Publisher.PublishAsync(Text($"{i}", MqttQoS.AtLeastOnce));

        Assert.Equal(3, reached); // one in flight, two in the queue
        Assert.Single(broker.Log.Lines, l => l.Contains("is full (mqtt:maxQueuedMessages is 2,", StringComparison.Ordinal));
        foreach (var id in new ushort[] { 1, 2, 3 })
        {
            await raw.ExpectPublishAsync("t", $"{id}", qos: 1, id: id);
            await raw.SendAsync([0x40, 2, 0, (byte)id]);
        }
    }

    [Fact]
    public async Task A_queue_is_bounded_in_bytes_too()
    {
        await using var broker = await TestBroker.StartAsync("maxInFlight=1", "maxQueuedBytes=1024");
        await SubscribedAsync(broker, 1);
        var reached = 0;
        for (var i = 0; i < 10; i++) reached += await broker.Publisher.PublishAsync(new("t", new byte[500], MqttQoS.AtLeastOnce));

        Assert.Equal(3, reached);
    }

    [Fact]
    public async Task Acknowledgements_of_nothing_do_no_harm()
    {
        await using var broker = await TestBroker.StartAsync();
        var raw = await SubscribedAsync(broker, 2);

        await raw.SendAsync("4002 0063 7002 0063 5002 0063");
        await raw.ExpectAsync("6202 0063"); // PUBREC is always answered: the client may have what the broker forgot
        await raw.SendAsync("6202 0063");
        await raw.ExpectAsync("7002 0063");
    }

    [Fact]
    public async Task More_begun_QoS_2_messages_than_allowed_end_the_connection()
    {
        await using var broker = await TestBroker.StartAsync("receiveMaximum=2");
        var raw = await SubscribedAsync(broker, 0);
        for (ushort id = 1; id <= 3; id++) await raw.PublishAsync("other", "x", qos: 2, id: id);

        Assert.Equal(EndReason.LimitExceeded, await raw.Ended);
        Assert.Contains(broker.Log.Lines, l => l.Contains("mqtt:receiveMaximum (2)", StringComparison.Ordinal));
    }

    private static async Task<RawClient> SubscribedAsync(TestBroker broker, byte qos)
    {
        var raw = broker.Open();
        await raw.ConnectAsync("sub", broker.Tokens.Issue("sub", "rw #"), clean: false);
        await raw.ExpectAsync("2002 0000");
        await raw.SubscribeAsync(1, "t", qos);
        await raw.ExpectAsync($"9003 0001 0{qos}");
        return raw;
    }

    private static async Task<RawClient> BackAsync(TestBroker broker)
    {
        var raw = broker.Open();
        await raw.ConnectAsync("sub", broker.Tokens.Issue("sub", "rw #"), clean: false);
        await raw.ExpectAsync("2002 0100");
        return raw;
    }

    private static MqttMessage Text(string text, MqttQoS qos) => new("t", System.Text.Encoding.UTF8.GetBytes(text), qos);
}
