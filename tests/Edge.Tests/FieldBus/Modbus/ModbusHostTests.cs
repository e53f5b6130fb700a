using Edge.FieldBus;
using Edge.FieldBus.Modbus;
using Edge.TestKit;
using Edge.Tests.Things;
using Edge.Things;
using Edge.Things.Control;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Tests.FieldBus.Modbus;

/// <summary>The simulated meter behind the concentrator, over a real socket: what the demo shows.</summary>
public sealed class ModbusHostTests
{
    private static readonly Jid Owner = Jid.Parse("owner@edge.local");
    private static readonly NodeReference Meter = new("meter-1", "modbus");

    [Fact]
    public async Task The_meter_is_polled_claimed_read_and_switched()
    {
        using var host = await StartAsync();
        var concentrator = host.Services.GetRequiredService<IConcentrator>();
        var latest = host.Services.GetRequiredService<ILatestReadings>();
        var id = concentrator.Identify(Meter);

        await Eventually.HoldsAsync(() => latest.Of(id).Count(r => r.Value is not null) == 8);
        Assert.Equal(NodeState.Online, concentrator.Find(Meter)!.State);
        Assert.InRange(Value(latest, id, "voltage"), 220, 240);
        Assert.InRange(Value(latest, id, "power"), 300, 1_200);
        Assert.Equal(50, Value(latest, id, "frequency"), 0.1);
        Assert.StartsWith("Simulated", latest.Of(id).Single(r => r.Field == "description").Value?.ToString(), StringComparison.Ordinal);

        var claims = host.Services.GetRequiredService<INodeClaims>();
        Assert.StartsWith("iotdisco:NAME=Energy meter (simulated)\\;", claims.ClaimUri(Meter)!.Replace(";", "\\;", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.NotNull(await host.Services.GetRequiredService<Edge.Things.Registry.IThingRegistry>().ClaimAsync(Owner, claims.ClaimTags(Meter)!));

        var read = await concentrator.ReadAsync(Meter, new(Owner, NameSet.Of("voltage", "energy"), FieldCategories.All, AccessTokens.None));
        Assert.Equal(["voltage", "energy"], read.Readings.Select(r => r.Field));
        Assert.Equal(["V", "kWh"], read.Readings.Select(r => r.Unit));

        var set = await concentrator.ControlAsync(Meter, new(Owner, [new ParameterValue("relay", FieldValue.Boolean(false))], AccessTokens.None));
        Assert.Equal(NodeOutcome.Ok, set.Outcome);
        Assert.False(latest.Of(id).Single(r => r.Field == "relay").Value!.Value.AsBoolean);
        var off = await concentrator.ReadAsync(Meter, new(Owner, NameSet.Of("power"), FieldCategories.All, AccessTokens.None));
        Assert.Equal(0, off.Readings.Single().Value!.Value.AsNumber);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_stranger_reads_nothing()
    {
        using var host = await StartAsync();

        var result = await host.Services.GetRequiredService<IConcentrator>().ReadAsync(
            Meter, new(Jid.Parse("stranger@edge.local"), NameSet.All, FieldCategories.All, AccessTokens.None));

        Assert.Equal(NodeOutcome.Forbidden, result.Outcome);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_node_of_a_file_whose_device_is_not_there_does_not_keep_the_gateway_from_starting()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("absent.yaml"), "{ name: Absent, host: 127.0.0.1, port: 1, fields: [ { name: a, address: 1 } ] }");
        using var host = await StartAsync(("fieldbus:modbus:nodes", folder.Path));
        var source = host.Services.GetRequiredService<ModbusNodeSource>();

        await Eventually.HoldsAsync(() => source.Nodes.Single(n => n.Reference.NodeId == "absent").State == NodeState.Offline);
        var read = await source.ReadAsync("absent", new(Owner, NameSet.All, FieldCategories.All, AccessTokens.None));

        Assert.Equal(NodeOutcome.Unreachable, read.Outcome);
        Assert.Contains("127.0.0.1:1 cannot be reached", read.Text, StringComparison.Ordinal);
        Assert.Null(Assert.Single(read.Readings).Value);
        await host.StopAsync();
    }

    private static async Task<IHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Append(("fieldbus:modbus:simulatedMeter:isEnabled", "true")).ToDictionary(s => s.Item1, s => (string?)s.Item2));
        builder.Services.AddSingleton<Edge.Storage.IStorage>(new DictionaryStorage()).AddSingleton(TimeProvider.System).AddLogging().AddSingleton<INodeLink, NoLink>();
        builder.Services.AddEdgeThings(builder.Configuration.GetSection("things")).AddEdgeFieldBus(builder.Configuration.GetSection("fieldbus"));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static double Value(ILatestReadings latest, ThingId id, string field) => latest.Of(id).Single(r => r.Field == field).Value!.Value.AsNumber;

    /// <summary>There are no MQTT nodes here.</summary>
    private sealed class NoLink : INodeLink
    {
        public IReadOnlyList<LinkedNode> Nodes => [];

        public Task<BefriendOutcome> BefriendAsync(string nodeId, TimeSpan window, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<NodeReadResult> ReadAsync(string nodeId, NodeReadRequest request, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<NodeControlResult> SetAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default) => throw new NotSupportedException();
    }
}
