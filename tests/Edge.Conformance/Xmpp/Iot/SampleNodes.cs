using System.Collections.Concurrent;

using Edge.Things.Control;
using Edge.Things.Nodes;
using Edge.Things.Readings;

namespace Edge.Conformance.Xmpp.Iot;

/// <summary>A bus with a sensor that answers and one that never does.</summary>
internal sealed class SampleNodes(TimeProvider clock) : INodeSource
{
    public string SourceId => "bus";

    public string Name => "Sample bus";

    public bool DecidesForItself => false;

    public IReadOnlyList<Node> Nodes { get; } = [Make("s1", "Sensor 1", "1"), Make("dead", "Dead sensor", "2")];

    /// <summary>What was set, in order.</summary>
    public ConcurrentQueue<ParameterValue> Set { get; } = new();

    public ValueTask<NodeReadResult> ReadAsync(string nodeId, NodeReadRequest request, CancellationToken cancel = default)
    {
        if (nodeId == "dead") return new(new NodeReadResult(NodeOutcome.Unreachable, [], "No answer."));

        var at = clock.GetUtcNow();
        Reading[] readings =
        [
            new("temperature", FieldValue.Number(21.5, 2), at) { Unit = "Cel" },
            new("humidity", FieldValue.Number(40, 0), at) { Unit = "%RH" },
            new("door", FieldValue.Boolean(true), at) { Categories = FieldCategories.Status },
            new("serial", FieldValue.Text("A-1 <&> °C"), at) { Categories = FieldCategories.Identity },
        ];
        return new(new NodeReadResult(NodeOutcome.Ok, [.. readings.Where(r => request.Fields.Contains(r.Field))]));
    }

    public ValueTask<NodeControlResult> ControlAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default)
    {
        foreach (var parameter in request.Parameters) Set.Enqueue(parameter);
        return new(new NodeControlResult(NodeOutcome.Ok, [.. request.Parameters.Select(p => p.Name)]));
    }

    private static Node Make(string id, string name, string serial) => new(
        new(id, "bus"), name,
        [
            new("temperature", ValueKind.Number, "Cel"), new("humidity", ValueKind.Number, "%RH"),
            new("door", ValueKind.Boolean, null, FieldCategories.Status), new("serial", ValueKind.Text, null, FieldCategories.Identity),
        ],
        [new("led", ValueKind.Boolean), new("interval", ValueKind.Integer)])
    {
        Tags = [new("MAN", "example.org"), new("MODEL", "Rig"), new("SN", serial), new("NAME", name), new("KEY", "secret-" + id)],
    };
}
