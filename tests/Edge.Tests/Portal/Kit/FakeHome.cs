using Edge.Things.Nodes;
using Edge.Things.Readings;
using Edge.Things.Registry;

namespace Edge.Tests.Portal.Kit;

/// <summary>A bus with a sensor node and a meter, and the link that untrusted nodes say hello over.</summary>
internal sealed class FakeHome : INodeSource, INodeLink
{
    public static readonly Tag[] SensorTags =
        [new("NAME", "Sensor 1"), new("MAN", "edge.example"), new("MODEL", "SensorNode"), new("SN", "100-1"), new("V", null, 1.2), new("KEY", "sensor-key")];

    public static readonly Tag[] MeterTags = [new("NAME", "Energy meter"), new("MAN", "meters.example"), new("SN", "77"), new("KEY", "meter-key")];

    public string SourceId => "mqtt";

    public string Name => "Fake home";

    public bool DecidesForItself => false;

    public NodeState SensorState { get; set; } = NodeState.Online;

    public NodeControlResult? NextControl { get; set; }

    public List<NodeControlRequest> Controls { get; } = [];

    public TaskCompletionSource<BefriendOutcome> Button { get; set; } = new();

    public List<string> Asked { get; } = [];

    public IReadOnlyList<Node> Nodes =>
    [
        new(
            new("sensor-1", "mqtt"), "Sensor 1",
            [new("temperature", ValueKind.Number, "Cel"), new("humidity", ValueKind.Number, "%RH")],
            [new("led", ValueKind.Boolean), new("interval", ValueKind.Integer) { Description = "Seconds between two reports, 1 to 3600." }])
        {
            State = SensorState,
            Tags = SensorTags,
        },
        new(new("meter", "mqtt"), "Energy meter", [new("energy", ValueKind.Number, "kWh"), new("power", ValueKind.Number, "W")], [])
        {
            State = NodeState.Online,
            Tags = MeterTags,
        },
    ];

    public List<LinkedNode> Nearby { get; } =
        [new("esp32-abc", NodeTrust.Untrusted, true) { Name = "Garden sensor", Manufacturer = "edge.example", Model = "SensorNode", SerialNumber = "100-9", CanBeAsked = true }];

    IReadOnlyList<LinkedNode> INodeLink.Nodes => Nearby;

    public ValueTask<NodeReadResult> ReadAsync(string nodeId, NodeReadRequest request, CancellationToken cancel = default) => new(new NodeReadResult(NodeOutcome.Ok, []));

    public ValueTask<NodeControlResult> ControlAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default)
    {
        Controls.Add(request);
        return new(NextControl ?? new(NodeOutcome.Ok, [.. request.Parameters.Select(p => p.Name)]));
    }

    public Task<BefriendOutcome> BefriendAsync(string nodeId, TimeSpan window, CancellationToken cancel = default)
    {
        Asked.Add(nodeId);
        return Button.Task;
    }

    public ValueTask<NodeControlResult> SetAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default) =>
        ControlAsync(nodeId, request, cancel);
}
