using Edge.Tests.Mqtt.NodeProtocol;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Readings;

namespace Edge.Tests.FieldBus.MqttNodes;

/// <summary>Nodes over MQTT as the concentrator sees them.</summary>
public sealed class MqttNodeSourceTests
{
    [Fact]
    public async Task Only_trusted_nodes_are_there_with_what_hello_and_manifest_say()
    {
        await using var host = await NodeHost.StartAsync(settings: ("askEveryMinutes", "0"));
        var source = Assert.Single(host.Concentrator.Sources);
        Assert.Equal(("mqtt", true), (source.SourceId, source.DecidesForItself));
        await host.NewNodeAsync("stranger");
        Assert.Empty(source.Nodes);

        var connection = await host.TrustedNodeAsync();
        var node = Assert.Single(source.Nodes);
        Assert.Equal((new NodeReference("sensor-1", "mqtt"), "Sensor 1", NodeState.Online), (node.Reference, node.Name, node.State));
        Assert.Equal([new("temperature", ValueKind.Number, "Cel"), new("humidity", ValueKind.Number, "%RH")], node.Fields);
        Assert.Equal([new("led", ValueKind.Boolean), new("interval", ValueKind.Integer)], node.Parameters);
        Assert.Contains(node.Tags!, t => t is { Name: "KEY", Text: "KEY-1" });

        await connection.LeaveAsync();
        Assert.Equal(NodeState.Offline, Assert.Single(source.Nodes).State);
    }

    [Fact]
    public async Task A_trusted_node_can_be_claimed_by_its_sticker_at_once()
    {
        await using var host = await NodeHost.StartAsync();
        await host.TrustedNodeAsync();
        var thing = await host.ClaimAsync();
        Assert.Equal((NodeHost.Owner, "Sensor 1"), (thing.Owner, thing.Name));
    }

    [Fact]
    public async Task Changes_are_told_but_not_every_new_token()
    {
        await using var host = await NodeHost.StartAsync(settings: ("askEveryMinutes", "0"));
        var told = 0;
        host.Get<IDomainEvents>().Subscribe<NodesChanged>((changed, _) =>
        {
            Assert.Equal("mqtt", changed.SourceId);
            told++;
            return default;
        });
        var bootstrap = await host.NewNodeAsync();
        Assert.Equal(0, told);

        var token = await bootstrap.EarnTokenAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, told);
        await bootstrap.SayAsync("refresh", $$"""{"id":1,"refresh":"{{token["refresh"]}}"}""");
        await bootstrap.HearsAsync("refreshed");
        Assert.Equal(1, told);
    }
}
