using System.Text;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features.Bridge;
using Edge.Mqtt.Wire;
using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>Bridges to Eclipse Mosquitto.</summary>
public sealed class MosquittoBridgeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("5.0")]
    [InlineData("3.1.1")]
    public async Task Topics_go_out_and_come_in_with_their_prefixes(string version)
    {
        await using var there = await MosquittoBroker.RunAsync();
        await using var here = await BrokerHost.StartAsync(_folder.Path, To(there, version, "up/# out 1 house/ site/", "down/# in 2 house/ site/"));
        await Bridged.ConnectedAsync(here);
        await using var theirs = await ConnectAsync(there, "theirs", "site/up/#");
        var taken = new TaskCompletionSource<MqttMessage>();
        await using var mine = await Bridged.SubscribeAsync(here, "house/down/#", taken);

        await here.Publisher.PublishAsync(Bridged.Message("house/up/a", "1"));
        await using var publisher = there.Client("mosquitto_pub", "-t", "site/down/b", "-m", "2", "-q", "2");

        Assert.Equal("site/up/a 1", Bridged.Text(await theirs.Messages.ReadAsync()));
        Assert.Equal("house/down/b 2", Bridged.Text(await taken.Task.WaitAsync(TimeSpan.FromSeconds(20))));
    }

    [Theory]
    [InlineData("5.0", 1)]
    [InlineData("5.0", 2)]
    [InlineData("3.1.1", 2)]
    public async Task Nothing_is_lost_or_doubled_while_Mosquitto_is_stopped_for_a_while(string version, int qos)
    {
        const int Count = 400;
        await using var there = await MosquittoBroker.RunAsync();
        await using (var away = there.Client("mosquitto_sub", "-i", "reader", "-c", "-x", "3600", "-t", "t/#", "-q", $"{qos}", "-E")) await away.EndAsync();
        await using var here = await BrokerHost.StartAsync(_folder.Path, [.. To(there, version, $"# out {qos}"), "bridges:b:maxRetrySeconds=1"]);
        await Bridged.ConnectedAsync(here);

        for (var i = 0; i < Count; i++)
        {
            await here.Publisher.PublishAsync(Bridged.Message("t/x", $"{i}") with { QoS = (MqttQoS)qos });
            if (i == 100) await there.StopAsync();
            if (i == 300) await there.StartAsync();
        }

        await Bridged.ConnectedAsync(here);
        await Eventually.HoldsAsync(() => here.Get<BridgeService>().Links[0].QueuedMessages == 0, 60);
        await using var reader = await MqttClient.ConnectAsync(
            new MqttEndpoint("127.0.0.1", there.Port, false),
            new() { Version = ProtocolVersion.V5, ClientId = "reader", CleanSession = false, SessionExpirySeconds = 3600 });
        var all = new List<string>(); // QoS 1 may come twice: to count would end too early
        while (all is not [.., var last] || last != $"{Count - 1}") all.Add(Encoding.UTF8.GetString((await reader.Messages.ReadAsync()).Payload.Span));
        string[] got = qos == 2 ? [.. all] : [.. all.Distinct()];
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), got);
    }

    [Theory]
    [InlineData("5.0")]
    [InlineData("3.1.1")]
    public async Task Everything_both_ways_comes_to_an_end(string version)
    {
        await using var there = await MosquittoBroker.RunAsync();
        await using var here = await BrokerHost.StartAsync(_folder.Path, To(there, version, "# both 1"));
        await Bridged.ConnectedAsync(here);
        await using var theirs = await ConnectAsync(there, "theirs", "#");

        await here.Publisher.PublishAsync(Bridged.Message("a", "1"));
        Assert.Equal("a 1", Bridged.Text(await theirs.Messages.ReadAsync()));
        await theirs.PublishAsync(Bridged.Message("b", "2"));
        Assert.Equal("b 2", Bridged.Text(await theirs.Messages.ReadAsync()));
        await Eventually.HoldsAsync(() => here.Get<BridgeService>().Links[0].Counters.In == 1);
        await here.Publisher.PublishAsync(Bridged.Message("c", "3"));

        Assert.Equal("c 3", Bridged.Text(await theirs.Messages.ReadAsync()));
        Assert.Equal(2, here.Get<BridgeService>().Links[0].Counters.Out);
    }

    [Fact]
    public async Task Both_show_certificates_where_that_is_asked_for()
    {
        await using var there = await MosquittoBroker.RunAsync(tls: true);
        await using var here = await BrokerHost.StartAsync(
            _folder.Path,
            [.. To(there, "5.0", "# out 1"), $"bridges:b:caFile={there.CaFile}", $"bridges:b:certificateFile={there.ClientCertificate}", $"bridges:b:keyFile={there.ClientKey}"]);

        await Bridged.ConnectedAsync(here);
        await here.Publisher.PublishAsync(Bridged.Message("a", "1"));

        await Eventually.HoldsAsync(() => here.Get<BridgeService>().Links[0] is { Counters.Out: 1, QueuedMessages: 0 });
    }

    [Fact]
    public async Task Messages_keep_their_properties_and_the_retain_flag()
    {
        await using var there = await MosquittoBroker.RunAsync();
        await using var here = await BrokerHost.StartAsync(_folder.Path, To(there, "5.0", "# out 1"));
        await Bridged.ConnectedAsync(here);

        await here.Publisher.PublishAsync(new("state", "on"u8.ToArray(), MqttQoS.AtLeastOnce, Retain: true)
        {
            Properties = new() { ContentType = "text/plain", UserProperties = [new("a", "b")] },
        });
        await Eventually.HoldsAsync(() => here.Get<BridgeService>().Links[0] is { Counters.Out: 1, QueuedMessages: 0 });

        await using var later = await ConnectAsync(there, "later", "state");
        var message = await later.Messages.ReadAsync();
        Assert.Equal((true, "text/plain"), (message.Retain, message.Properties!.ContentType));
        Assert.Equal(new("a", "b"), message.Properties.UserProperties[0]);
    }

    public void Dispose() => _folder.Dispose();

    private static string[] To(MosquittoBroker peer, string version, params string[] topics) => Bridged.To(peer.Port, peer.IsTls, version, topics);

    private static Task<MqttClient> ConnectAsync(MosquittoBroker broker, string clientId, string filter) => Bridged.ConnectAsync(broker.Port, clientId, filter);
}
