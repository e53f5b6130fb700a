using System.Net;

using Edge.Identity.Pending;
using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Mqtt.Features;
using Edge.Mqtt.Features.Pending;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;

namespace Edge.Tests.Mqtt.Features.Pending;

public sealed class PendingFeatureTests
{
    [Fact]
    public async Task A_client_without_a_credential_is_refused_and_waits_for_an_operator()
    {
        await using var broker = await TestBroker.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => broker.ConnectAsync(null, "lamp"));
        await Assert.ThrowsAnyAsync<Exception>(() => broker.ConnectAsync(null, "lamp"));

        var device = Assert.Single(broker.Get<IPendingDevices>().Waiting);

        Assert.Equal(("lamp", "local", PendingKind.Client, 2), (device.ClientId, device.Address, device.Kind, device.Count));
        Assert.Contains("without a password", device.Tried, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_credential_is_no_unknown_device()
    {
        await using var broker = await TestBroker.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => broker.ConnectAsync("not a token", "lamp"));

        Assert.Empty(broker.Get<IPendingDevices>().Waiting);
    }

    [Fact]
    public async Task A_denied_node_gets_no_bootstrap_session()
    {
        await using var broker = await TestBroker.StartAsync();
        var pending = broker.Get<IPendingDevices>();
        Assert.True(await pending.DenyAsync("esp32-1", "192.0.2.7", TestContext.Current.CancellationToken));
        var feature = new PendingFeature(pending, new EmptyManifest());

        var denied = await IdentifyAsync(feature, "192.0.2.7");
        var another = await IdentifyAsync(feature, "192.0.2.8");

        Assert.Equal((MqttReason.Banned, null), (denied.Refusal, another.Refusal));
        Assert.Contains("edge-gateway pending deny --undo esp32-1", denied.RefusalDetail, StringComparison.Ordinal);
    }

    private static async Task<MqttConnecting> IdentifyAsync(PendingFeature feature, string address)
    {
        var connecting = new MqttConnecting("esp32-1", new()) { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 4711) };
        connecting.Accept(MqttIdentity.Bootstrap([], DateTimeOffset.MaxValue, 1, 1));
        await feature.OnIdentifiedAsync(connecting, TestContext.Current.CancellationToken);
        return connecting;
    }
}
