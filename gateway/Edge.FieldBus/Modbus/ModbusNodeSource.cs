using Edge.FieldBus.Modbus.Definitions;
using Edge.FieldBus.Modbus.Links;
using Edge.FieldBus.Modbus.Nodes;
using Edge.FieldBus.Modbus.Simulation;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Readings;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.FieldBus.Modbus;

/// <summary>What the Modbus source works with.</summary>
internal sealed record ModbusParts(ILatestReadings Latest, IDomainEvents Events, IOptions<ThingsOptions> Things, TimeProvider Clock, ILoggerFactory Loggers);

/// <summary>The Modbus nodes of the concentrator: reads their definitions at start, opens a link for each endpoint and polls each unit by
/// itself. Starting never waits for a device.</summary>
internal sealed class ModbusNodeSource(ModbusParts parts, IOptions<ModbusOptions> options) : INodeSource, IHostedService, IAsyncDisposable
{
    /// <summary>The source's id in addresses.</summary>
    public const string Id = "modbus";

    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<ModbusEndpoint, ModbusLink> _links = [];
    private readonly Dictionary<string, ModbusUnit> _units = new(StringComparer.Ordinal);
    private Task[] _polls = [];
    private SimulatedMeter? _meter;

    public string SourceId => Id;

    public string Name => "Modbus";

    public bool DecidesForItself => false;

    public IReadOnlyList<Node> Nodes => [.. _units.Values.Select(u => u.Node)];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (definitions, errors) = ModbusDefinitions.Load(options.Value);
        if (errors.Count > 0) throw new InvalidOperationException(string.Join(Environment.NewLine, errors)); // validated before: the files have changed since

        if (options.Value.SimulatedMeter.IsEnabled)
        {
            _meter = SimulatedMeter.Start(options.Value.SimulatedMeter.Port, parts.Clock, parts.Loggers.CreateLogger<SimulatedMeter>());
            definitions = [.. definitions, _meter.Definition];
        }

        foreach (var definition in definitions) Add(definition);
        _polls = [.. _units.Values.Select(u => Task.Run(() => PollAsync(u), CancellationToken.None))];
        await parts.Events.PublishAsync(new NodesChanged(Id), cancellationToken).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_polls).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var link in _links.Values) await link.DisposeAsync().ConfigureAwait(false);
        if (_meter is not null) await _meter.DisposeAsync().ConfigureAwait(false);
        (_polls, _meter) = ([], null);
    }

    public ValueTask<NodeReadResult> ReadAsync(string nodeId, NodeReadRequest request, CancellationToken cancel = default) =>
        _units.TryGetValue(nodeId, out var unit)
            ? unit.ReadAsync(request, cancel)
            : new(new NodeReadResult(NodeOutcome.NotFound, [], $"There is no node {nodeId}."));

    public ValueTask<NodeControlResult> ControlAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default) =>
        _units.TryGetValue(nodeId, out var unit)
            ? unit.ControlAsync(request, cancel)
            : new(new NodeControlResult(NodeOutcome.NotFound, [], null, $"There is no node {nodeId}."));

    public ValueTask DisposeAsync()
    {
        _stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Add(ModbusNodeDefinition definition)
    {
        if (!_links.TryGetValue(definition.Endpoint, out var link))
        {
            var use = definition.Link with { MaxWaiting = options.Value.MaxWaitingRequests };
            _links[definition.Endpoint] = link = new(definition.Endpoint, use, parts.Clock, parts.Loggers.CreateLogger<ModbusLink>());
        }

        _units[definition.Id] = new(definition, link, new(parts.Clock, parts.Loggers.CreateLogger<ModbusUnit>())
        {
            Record = (node, readings, cancel) => parts.Latest.RecordAsync(Identify(node), readings, cancel),
            Changed = cancel => parts.Events.PublishAsync(new NodesChanged(Id), cancel),
        });
    }

    private ThingId Identify(string nodeId) => new(parts.Things.Value.ConcentratorAddress, new(nodeId, Id));

    private async Task PollAsync(ModbusUnit unit)
    {
        try
        {
            await unit.PollAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
