using Edge.Mqtt;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Things.Clients;

namespace Edge.Tests.Mqtt.Features.ClientList;

public sealed class ClientListTests
{
    [Fact]
    public async Task A_client_is_shown_with_what_it_has_sent_and_got()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAnyAsync("meter");
        await client.SubscribeAsync("t");
        broker.Advance(5);

        await client.PublishAsync(new("t", "12345"u8.ToArray(), MqttQoS.AtLeastOnce));
        await client.Messages.ReadAsync();

        var shown = Assert.Single(broker.Get<IConnectedClients>().All);
        Assert.Equal(("meter", "all", "MQTT 3.1.1", broker.Clock.GetUtcNow().AddSeconds(-5)), (shown.ClientId, shown.Who, shown.Speaks, shown.Since));
        Assert.Equal((1, 1, 1), (shown.Traffic.MessagesIn, shown.Traffic.MessagesOut, shown.Traffic.Subscriptions));
        Assert.True(shown.Traffic is { BytesIn: > 20, BytesOut: > 10 });
    }

    [Fact]
    public async Task An_ended_client_is_gone_and_the_log_says_by_whom()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await broker.ConnectAnyAsync("meter");
        var clients = broker.Get<IConnectedClients>();

        Assert.True(clients.Disconnect(Assert.Single(clients.All).Key, "olga"));

        await Eventually.HoldsAsync(() => clients.All.Count == 0);
        await Eventually.HoldsAsync(() => broker.Log.Lines.Any(l => l.Contains("olga ended it.", StringComparison.Ordinal)));
        Assert.False(clients.Disconnect("all meter", "olga"));
    }
}
