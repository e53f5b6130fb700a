using Edge.Mqtt;
using Edge.Mqtt.Features.Bridge;
using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>Bridges to ejabberd.</summary>
public sealed class EjabberdBridgeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("5.0")]
    [InlineData("3.1.1")]
    public async Task Topics_go_out_and_come_in_with_their_prefixes(string version)
    {
        await using var there = await EjabberdBroker.RunAsync();
        await using var here = await BrokerHost.StartAsync(_folder.Path, To(there, version, "up/# out 1 house/ site/", "down/# in 2 house/ site/"));
        await Bridged.ConnectedAsync(here);
        await using var theirs = await Bridged.ConnectAsync(there.Port, "theirs", "site/up/#", "theirs@localhost");
        var taken = new TaskCompletionSource<MqttMessage>();
        await using var mine = await Bridged.SubscribeAsync(here, "house/down/#", taken);

        await here.Publisher.PublishAsync(Bridged.Message("house/up/a", "1"));
        await theirs.PublishAsync(Bridged.Message("site/down/b", "2") with { QoS = MqttQoS.ExactlyOnce });

        Assert.Equal("site/up/a 1", Bridged.Text(await theirs.Messages.ReadAsync()));
        Assert.Equal("house/down/b 2", Bridged.Text(await taken.Task.WaitAsync(TimeSpan.FromSeconds(20))));
    }

    [Theory]
    [InlineData("5.0")]
    [InlineData("3.1.1")]
    public async Task Everything_both_ways_comes_to_an_end(string version)
    {
        await using var there = await EjabberdBroker.RunAsync();
        await using var here = await BrokerHost.StartAsync(_folder.Path, To(there, version, "# both 1"));
        await Bridged.ConnectedAsync(here);
        await using var theirs = await Bridged.ConnectAsync(there.Port, "theirs", "#", "theirs@localhost");

        foreach (var topic in new[] { "a", "b" })
        {
            await here.Publisher.PublishAsync(Bridged.Message(topic, "1"));
            Assert.Equal($"{topic} 1", Bridged.Text(await theirs.Messages.ReadAsync()));
        }

        await Eventually.HoldsAsync(() => here.Get<BridgeService>().Links[0] is { QueuedMessages: 0 });
        Assert.Equal((2, 0), ((int)here.Get<BridgeService>().Links[0].Counters.Out, (int)here.Get<BridgeService>().Links[0].Counters.In));
    }

    [Fact]
    public async Task What_is_published_while_ejabberd_is_stopped_arrives_when_it_is_back()
    {
        const int Count = 50;
        await using var there = await EjabberdBroker.RunAsync();
        await using var here = await BrokerHost.StartAsync(_folder.Path, [.. To(there, "5.0", "# out 2"), "bridges:b:maxRetrySeconds=1"]);
        await Bridged.ConnectedAsync(here);

        await there.StopAsync();
        for (var i = 0; i < Count; i++) await here.Publisher.PublishAsync(new($"t/{i}", "kept"u8.ToArray(), MqttQoS.ExactlyOnce, Retain: true));
        await there.StartAsync();

        await Eventually.HoldsAsync(() => here.Get<BridgeService>().Links[0] is { IsConnected: true, QueuedMessages: 0 }, 60);
        await using var theirs = await Bridged.ConnectAsync(there.Port, "theirs", "t/#", "theirs@localhost");
        var got = new HashSet<string>();
        for (var i = 0; i < Count; i++) got.Add((await theirs.Messages.ReadAsync()).Topic);
        Assert.Equal(Count, got.Count);
    }

    public void Dispose() => _folder.Dispose();

    private static string[] To(EjabberdBroker peer, string version, params string[] topics) =>
        [.. Bridged.To(peer.Port, tls: false, version, topics), "bridges:b:userName=bridge@localhost", "bridges:b:password=any"];
}
