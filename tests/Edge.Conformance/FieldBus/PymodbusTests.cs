using Edge.FieldBus;
using Edge.Storage;
using Edge.Storage.Memory;
using Edge.TestKit;
using Edge.Things;
using Edge.Things.Control;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Things.Registry;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Edge.Conformance.FieldBus;

/// <summary>Our Modbus master against pymodbus, through node files and the concentrator.</summary>
public sealed class PymodbusTests
{
    private static readonly Jid Owner = Jid.Parse("owner@edge.local");

    private const string Fields = """
        fields:
          - { name: voltage, register: 30001, data_type: float32, precision: 1, unit_of_measurement: V }
          - { name: current, address: 2, input_type: input, data_type: float32, swap: word, unit_of_measurement: A }
          - { name: energy, address: 4, input_type: input, data_type: int32, scale: 0.01, unit_of_measurement: kWh }
          - { name: temperature, address: 6, input_type: input, data_type: int16, scale: 0.1, unit_of_measurement: Cel, max_value: -30 }
          - { name: counter, address: 7, input_type: input, data_type: uint64 }
          - { name: serial, address: 20, input_type: input, data_type: string, count: 4, category: identity }
          - { name: missing, address: 40, input_type: input }
          - { name: lonely, address: 41, input_type: input }
          - { name: relay, address: 0, input_type: coil }
          - { name: door, register: 10002 }
          - { name: setpoint, address: 10 }
          - { name: limit, address: 100, data_type: float32 }
        parameters:
          - { name: relay, address: 0, write_type: coil }
          - { name: second relay, address: 1, write_type: coils }
          - { name: setpoint, address: 10, write_type: holding, min_value: 5, max_value: 30 }
          - { name: setpoint pair, address: 11, write_type: holdings }
          - { name: limit, address: 100, data_type: float32 }
          - { name: nowhere, address: 200 }
        """;

    [Fact]
    public async Task Values_of_every_table_and_type_and_an_exception_beside_them()
    {
        using var meter = await PymodbusMeter.StartAsync();
        await using var gateway = await GatewayAsync(Node("meter", 1, meter.Port, Fields));

        var result = await gateway.ReadAsync("meter");

        Assert.Equal(NodeOutcome.Ok, result.Outcome);
        Assert.Equal(
            [
                "voltage=230.5 V", "current=3.25 A", "energy=-700.00 kWh", "temperature=-21.5 Cel", "counter=1099511627776", "serial=PYM-0001",
                "missing: The device has no such address (exception 2).", "lonely=7", "relay=true", "door=true", "setpoint=21", "limit=0",
            ],
            Names.Select(name => Say(result.Readings.Single(r => r.Field == name))));
        Assert.Equal("Above -30.", result.Readings.Single(r => r.Field == "temperature").Text);
    }

    [Fact]
    public async Task Writing_by_each_function_and_a_refused_one()
    {
        using var meter = await PymodbusMeter.StartAsync();
        await using var gateway = await GatewayAsync(Node("meter", 1, meter.Port, Fields));

        var set = await gateway.SetAsync(
            "meter",
            new("relay", FieldValue.Boolean(false)), new("second relay", FieldValue.Boolean(true)), new("setpoint", FieldValue.Integer(25)),
            new("setpoint pair", FieldValue.Integer(-1)), new("limit", FieldValue.Number(0.1)));
        var refused = await gateway.SetAsync("meter", new("setpoint", FieldValue.Integer(26)), new("nowhere", FieldValue.Integer(1)));
        var bad = await gateway.SetAsync("meter", new("relay", FieldValue.Boolean(true)), new("setpoint", FieldValue.Integer(31)));

        Assert.Equal((NodeOutcome.Ok, 5), (set.Outcome, set.Done.Count));
        Assert.Equal((NodeOutcome.Failed, "nowhere", "The device has no such address (exception 2)."), (refused.Outcome, refused.Parameter, refused.Text));
        Assert.Equal(["setpoint"], refused.Done);
        Assert.Equal((NodeOutcome.BadValue, "setpoint takes 30 or less."), (bad.Outcome, bad.Text));
        var after = await gateway.ReadAsync("meter");
        Assert.Equal(["relay=false", "setpoint=26"], after.Readings.Where(r => r.Field is "relay" or "setpoint").Select(Say).Order());
        Assert.Equal(0.1, after.Readings.Single(r => r.Field == "limit").Value!.Value.AsNumber, 1e-6);
    }

    [Fact]
    public async Task A_unit_that_never_answers_does_not_keep_the_others_from_answering()
    {
        using var meter = await PymodbusMeter.StartAsync();
        const string Voltage = "fields: [ { name: voltage, address: 0, input_type: input, data_type: float32 } ]";
        await using var gateway = await GatewayAsync(
            Node("one", 1, meter.Port, Voltage), Node("silent", 2, meter.Port, Voltage), Node("three", 3, meter.Port, Voltage));

        await Eventually.HoldsAsync(() => gateway.State("silent") == NodeState.Offline && gateway.Count("one") >= 20 && gateway.Count("three") >= 20);

        Assert.Equal("voltage=111", Say(gateway.Last("three")));
        Assert.Equal("voltage=230.5", Say(gateway.Last("one")));
        Assert.Null(gateway.Last("silent").Value);
        var read = await gateway.ReadAsync("silent");
        Assert.Equal(NodeOutcome.Unreachable, read.Outcome);
    }

    [Fact]
    public async Task A_cut_connection_is_told_and_found_again()
    {
        using var meter = await PymodbusMeter.StartAsync();
        await using var gateway = await GatewayAsync(Node("meter", 1, meter.Port, Fields));
        await Eventually.HoldsAsync(() => gateway.State("meter") == NodeState.Online);

        meter.Cut();
        await Eventually.HoldsAsync(() => gateway.State("meter") == NodeState.Offline && gateway.Readings("meter").All(r => r.Value is null));
        Assert.Equal(NodeOutcome.Unreachable, (await gateway.ReadAsync("meter")).Outcome);

        await meter.RestoreAsync();
        await Eventually.HoldsAsync(() => gateway.State("meter") == NodeState.Online);
        Assert.Equal("230.5", gateway.Readings("meter").Single(r => r.Field == "voltage").Value?.ToString());
    }

    private static readonly string[] Names =
        ["voltage", "current", "energy", "temperature", "counter", "serial", "missing", "lonely", "relay", "door", "setpoint", "limit"];

    private static string Say(Reading reading) =>
        reading.Value is { } value ? $"{reading.Field}={value} {reading.Unit}".TrimEnd() : $"{reading.Field}: {reading.Text}";

    private static string Node(string id, int unit, int port, string rest) =>
        $"id: {id}\nname: {id}\nhost: 127.0.0.1\nport: {port}\ndevice_address: {unit}\nscan_interval: 0.1\ntimeout: 2\n{rest}\n";

    private static async Task<Gateway> GatewayAsync(params string[] nodes)
    {
        var gateway = new Gateway(nodes);
        await gateway.StartAsync();
        return gateway;
    }

    /// <summary>The concentrator with the Modbus bus, over node files; its owner owns all nodes.</summary>
    private sealed class Gateway : IAsyncDisposable
    {
        private readonly TempFolder _folder = new();
        private readonly IHost _host;
        private readonly Dictionary<string, int> _counts = [];

        public Gateway(string[] nodes)
        {
            for (var i = 0; i < nodes.Length; i++) File.WriteAllText(_folder.File($"node{i}.yaml"), nodes[i]);
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration.AddInMemoryCollection([new("fieldbus:modbus:nodes", _folder.Path)]);
            builder.Services.AddSingleton<IStorage>(new MemoryStorage()).AddSingleton(TimeProvider.System).AddLogging().AddSingleton<INodeLink, NoLink>();
            builder.Services.AddEdgeThings(builder.Configuration.GetSection("things")).AddEdgeFieldBus(builder.Configuration.GetSection("fieldbus"));
            _host = builder.Build();
        }

        private IConcentrator Concentrator => _host.Services.GetRequiredService<IConcentrator>();

        public async Task StartAsync()
        {
            _host.Services.GetRequiredService<IDomainEvents>().Subscribe<ReadingsArrived>((arrived, _) =>
            {
                lock (_counts) _counts[arrived.Thing.Node.NodeId] = _counts.GetValueOrDefault(arrived.Thing.Node.NodeId) + 1;
                return ValueTask.CompletedTask;
            });
            await _host.StartAsync();
            var (claims, registry) = (_host.Services.GetRequiredService<INodeClaims>(), _host.Services.GetRequiredService<IThingRegistry>());
            foreach (var node in Concentrator.Sources.SelectMany(s => s.Nodes)) Assert.NotNull(await registry.ClaimAsync(Owner, claims.ClaimTags(node.Reference)!));
        }

        public ValueTask<NodeReadResult> ReadAsync(string node) =>
            Concentrator.ReadAsync(new(node, "modbus"), new(Owner, NameSet.All, FieldCategories.All, AccessTokens.None));

        public ValueTask<NodeControlResult> SetAsync(string node, params ParameterValue[] values) =>
            Concentrator.ControlAsync(new(node, "modbus"), new(Owner, values, AccessTokens.None));

        public NodeState State(string node) => Concentrator.Find(new(node, "modbus"))!.State;

        public IReadOnlyList<Reading> Readings(string node) =>
            _host.Services.GetRequiredService<ILatestReadings>().Of(Concentrator.Identify(new(node, "modbus")));

        public Reading Last(string node) => Readings(node)[0];

        public int Count(string node)
        {
            lock (_counts) return _counts.GetValueOrDefault(node);
        }

        public async ValueTask DisposeAsync()
        {
            await _host.StopAsync();
            _host.Dispose();
            _folder.Dispose();
        }
    }

    /// <summary>There are no MQTT nodes here.</summary>
    private sealed class NoLink : INodeLink
    {
        public IReadOnlyList<LinkedNode> Nodes => [];

        public Task<BefriendOutcome> BefriendAsync(string nodeId, TimeSpan window, CancellationToken cancel = default) => Task.FromResult(BefriendOutcome.Unreachable);

        public ValueTask<NodeReadResult> ReadAsync(string nodeId, NodeReadRequest request, CancellationToken cancel = default) => new(new NodeReadResult(NodeOutcome.NotFound, []));

        public ValueTask<NodeControlResult> SetAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default) => new(new NodeControlResult(NodeOutcome.NotFound, []));
    }
}
