using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Features.Wills;

public sealed class WillsTests
{
    private static readonly MqttMessage Will = new("state", "offline"u8.ToArray(), MqttQoS.AtLeastOnce, Retain: true);

    [Fact]
    public async Task A_broken_connection_publishes_the_will()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var watcher = await WatcherAsync(broker);
        await using var node = await NodeAsync(broker);

        node.Abort();

        Assert.Equal("offline"u8.ToArray(), (await watcher.Messages.ReadAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task DISCONNECT_drops_the_will()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var watcher = await WatcherAsync(broker);
        await using var node = await NodeAsync(broker);

        await node.DisconnectAsync();
        await Eventually.HoldsAsync(() => broker.Sessions.Connected("node").Count == 0);

        await broker.Publisher.PublishAsync(new("state", "after"u8.ToArray(), MqttQoS.AtLeastOnce));
        Assert.Equal("after"u8.ToArray(), (await watcher.Messages.ReadAsync()).Payload.ToArray());
        await Eventually.HoldsAsync(() => broker.Storage.Count("mqtt-wills") == 0);
    }

    [Fact]
    public async Task A_take_over_publishes_the_will_of_the_old_connection_before_the_new_one_is_in()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var watcher = await WatcherAsync(broker);
        await using var old = await NodeAsync(broker);

        await using var next = await NodeAsync(broker);
        await next.PublishAsync(new("state", "online"u8.ToArray(), MqttQoS.AtLeastOnce));

        Assert.Equal("offline"u8.ToArray(), (await watcher.Messages.ReadAsync()).Payload.ToArray());
        Assert.Equal("online"u8.ToArray(), (await watcher.Messages.ReadAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task After_a_power_cut_the_wills_of_those_who_were_connected_are_published()
    {
        var storage = new FakeStorage();
        FakeStorage durable;
        await using (var broker = await TestBroker.StartAsync(storage, null))
        {
            await using var node = await NodeAsync(broker);
            await Eventually.HoldsAsync(() => storage.Count("mqtt-wills") == 1);
            durable = storage.Snapshot();
        }

        await using var restarted = await TestBroker.StartAsync(durable, null);
        await using var watcher = await WatcherAsync(restarted);
        var retained = await watcher.Messages.ReadAsync();
        Assert.Equal("offline"u8.ToArray(), retained.Payload.ToArray());
        Assert.True(retained.Retain);
        await Eventually.HoldsAsync(() => durable.Count("mqtt-wills") == 0);
    }

    private static async Task<MqttClient> WatcherAsync(TestBroker broker)
    {
        var watcher = await broker.ConnectAnyAsync("watcher");
        await watcher.SubscribeAsync("state");
        return watcher;
    }

    private static Task<MqttClient> NodeAsync(TestBroker broker) => broker.ConnectAsync(broker.Tokens.Issue("node", "rw #"), "node", will: Will);
}
