using System.Collections.Concurrent;

using Edge.Mqtt.Features.NodeProtocol;
using Edge.Protocol;
using Edge.TestKit;
using Edge.Tests.Mqtt.NodeProtocol;
using Edge.Tests.Things;
using Edge.Things;
using Edge.Things.Control;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Things.Registry;

using SensorNode.Virtual;

namespace Edge.Tests.Firmware;

/// <summary>The firmware's own sources against the real broker and domain, over real sockets.</summary>
public sealed class VirtualNodeTests : IDisposable
{
    private const string NodeId = "sensor-1";
    private static readonly NodeReference Reference = new(NodeId, "mqtt");

    private readonly TempFolder _folder = new();
    private readonly DictionaryStorage _storage = new();
    private readonly ConcurrentQueue<string> _told = new();

    [Fact]
    public async Task A_node_is_trusted_claimed_read_and_controlled_and_goes_on_after_a_restart()
    {
        await using (var host = await BrokerHost.StartAsync(_storage, _folder))
        {
            await using var sockets = new BrokerOnSockets(host);
            await using var node = New(sockets.Port);
            await node.StartAsync();
            await TrustAsync(host, node);

            var claim = host.Get<INodeClaims>().ClaimTags(Reference);
            Assert.NotNull(await host.Get<IThingRegistry>().ClaimAsync(NodeHost.Owner, claim!));
            await Eventually.HoldsAsync(() => node.State == NodeStates.Owned);

            Assert.Equal(NodeOutcome.Forbidden, (await ReadAsync(host)).Outcome);
            await AnswerAsync(host, "temperature");
            var result = await ReadAsync(host);
            Assert.Equal(NodeOutcome.Ok, result.Outcome);
            Assert.Equal(["temperature"], result.Readings.Select(r => r.Field));

            Assert.Equal(NodeOutcome.Forbidden, (await SetLedAsync(host)).Outcome);
            await AnswerAsync(host, "led");
            Assert.Equal(NodeOutcome.Ok, (await SetLedAsync(host)).Outcome);
            Assert.True(node.IsOutputOn);

            // The rule about the output cleared the cache (it does not say what changed), so what shall last is asked once more.
            Assert.Equal(NodeOutcome.Ok, (await ReadAsync(host)).Outcome);
        }

        // The rules were made before; the node must live on its cache while provisioning is not to be reached.
        await using var again = await BrokerHost.StartAsync(_storage, _folder);
        again.Get<ProvisioningGate>().Close();
        await using var newSockets = new BrokerOnSockets(again);
        await using var back = New(newSockets.Port);
        _told.Clear();
        await back.StartAsync();
        await Eventually.HoldsAsync(() => again.Get<INodeLink>().Nodes.Single().IsOnline);
        Assert.Equal(NodeStates.Owned, back.State);
        Assert.Equal(NodeOutcome.Ok, (await ReadAsync(again)).Outcome);
        Assert.DoesNotContain(_told, line => line.Contains("tokens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_presses_the_button_and_it_can_be_asked_again()
    {
        await using var host = await BrokerHost.StartAsync(_storage, _folder);
        await using var sockets = new BrokerOnSockets(host);
        await using var node = New(sockets.Port);
        await node.StartAsync();
        await Eventually.HoldsAsync(() => host.Get<INodeLink>().Nodes is [{ CanBeAsked: true }]);
        var asking = host.Get<INodeLink>().BefriendAsync(NodeId, TimeSpan.FromSeconds(5));
        await Eventually.HoldsAsync(() => node.LedPattern == "fast-blink");
        Assert.Equal(BefriendOutcome.Timeout, await asking);
        await Eventually.HoldsAsync(() => node.LedPattern == "slow-blink");
        await TrustAsync(host, node);
    }

    [Fact]
    public async Task With_TLS_the_pinned_authority_is_checked()
    {
        var (authority, certificate) = BrokerOnSockets.MakeCertificates();
        var (stranger, strangerCertificate) = BrokerOnSockets.MakeCertificates();
        using var used = certificate;
        using var unused = strangerCertificate;
        await File.WriteAllTextAsync(_folder.File("ca.pem"), authority);
        await File.WriteAllTextAsync(_folder.File("stranger.pem"), stranger);
        await using var host = await BrokerHost.StartAsync(_storage, _folder);
        await using var sockets = new BrokerOnSockets(host, certificate);

        await using (var misled = New(sockets.Port, _folder.File("stranger.pem")))
        {
            await misled.StartAsync();
            await Eventually.HoldsAsync(() => misled.LedPattern == "slow-blink");
            Assert.DoesNotContain(_told, line => line.StartsWith("Connected", StringComparison.Ordinal));
        }

        await using var node = New(sockets.Port, _folder.File("ca.pem"));
        await node.StartAsync();
        await TrustAsync(host, node);
    }

    [Fact]
    public async Task Several_nodes_in_one_process_share_nothing()
    {
        await using var host = await BrokerHost.StartAsync(_storage, _folder);
        await host.Get<Edge.Identity.Devices.IDeviceSecrets>().AddAsync(new("sensor-2", ScriptedNode.Secret, "KEY-2") { Name = "Sensor 2" });
        await using var sockets = new BrokerOnSockets(host);
        await using var first = New(sockets.Port);
        await using var second = New(sockets.Port, nodeId: "sensor-2");
        await first.StartAsync();
        await second.StartAsync();
        await Eventually.HoldsAsync(() => host.Get<INodeLink>().Nodes.Count(n => n.CanBeAsked) == 2);
        await TrustAsync(host, first);
        Assert.Equal(NodeStates.Factory, second.State);
    }

    [Fact]
    public async Task Wrong_options_are_all_said_at_once()
    {
        var node = new VirtualNode(new()
        {
            NodeId = "Not An Id",
            Secret = new byte[3],
            SerialNumber = "",
            DataFolder = _folder.Path,
            Host = "",
            Port = 1883,
        });
        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => node.StartAsync());
        Assert.All(new[] { "node:", "secret:", "serialNumber:", "host:" }, part => Assert.Contains(part, wrong.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_sticker_carries_what_the_registry_wants()
    {
        var uri = IotDiscoUri.Parse(New(1).ClaimUri("things.edge.local"));
        Assert.Equal("Simulated sensor", uri.Find("MODEL").Text);
        Assert.Equal("KEY-1", uri.Find("KEY").Text);
        Assert.Equal("things.edge.local", uri.Find("R").Text);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task TrustAsync(BrokerHost host, VirtualNode node)
    {
        var link = host.Get<INodeLink>();
        await Eventually.HoldsAsync(() => link.Nodes.Any(n => n.NodeId == node.NodeId && n.CanBeAsked));
        var asking = link.BefriendAsync(node.NodeId, TimeSpan.FromSeconds(30));
        await Eventually.HoldsAsync(() => node.LedPattern == "fast-blink");
        node.PressButton();
        Assert.Equal(BefriendOutcome.Accepted, await asking);
        var thing = host.Get<IConcentrator>().Identify(new(node.NodeId, "mqtt"));
        await Eventually.HoldsAsync(() => host.Get<ILatestReadings>().Of(thing).Count == 2);
        Assert.Equal(NodeStates.Trusted, node.State);
    }

    private static Task<NodeReadResult> ReadAsync(BrokerHost host) => host.Get<IConcentrator>()
        .ReadAsync(Reference, new(NodeHost.Visitor, NameSet.All, FieldCategories.Momentary, AccessTokens.None)).AsTask();

    private static Task<NodeControlResult> SetLedAsync(BrokerHost host) => host.Get<IConcentrator>()
        .ControlAsync(Reference, new(NodeHost.Visitor, [new ParameterValue("led", FieldValue.Boolean(true))], AccessTokens.None)).AsTask();

    private async Task AnswerAsync(BrokerHost host, string name)
    {
        var provisioning = host.Get<IProvisioning>();
        var question = Assert.Single(provisioning.QuestionsFor(NodeHost.Owner));
        var before = _told.Count(l => l == "The cache is cleared.");
        await provisioning.AnswerAsync(NodeHost.Owner, question.Id, new(NameSet.Of(name), SubjectKind.Caller, null));
        await Eventually.HoldsAsync(() => _told.Count(l => l == "The cache is cleared.") > before);
    }

    private VirtualNode New(int port, string? ca = null, string nodeId = NodeId)
    {
        var node = new VirtualNode(new()
        {
            NodeId = nodeId,
            Secret = ScriptedNode.Secret,
            ClaimKey = "KEY-1",
            SerialNumber = "0001",
            DataFolder = _folder.File(nodeId),
            Host = ca is null ? "127.0.0.1" : "localhost",
            Port = port,
            CaFile = ca,
        });
        node.Told += _told.Enqueue;
        return node;
    }
}
