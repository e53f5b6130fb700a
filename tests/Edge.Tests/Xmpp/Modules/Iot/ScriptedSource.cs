using System.Collections.Concurrent;

using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Readings;

namespace Edge.Tests.Xmpp.Modules.Iot;

/// <summary>A bus with two nodes, <c>s1</c> and <c>s2</c>, that answers as its <see cref="Read"/> and <see cref="Control"/> say.</summary>
internal sealed class ScriptedSource : INodeSource
{
    private readonly IReadOnlyList<Node> _nodes;

    public ScriptedSource(string sourceId = "bus")
    {
        SourceId = sourceId;
        _nodes = sourceId == "bus" ? [Make("s1"), Make("s2"), Make("twin")] : [Make("twin")];
        Read = (_, request) => Task.FromResult(new NodeReadResult(NodeOutcome.Ok, [.. Values.Where(v => request.Fields.Contains(v.Field))]));
        Control = (_, request) => Task.FromResult(new NodeControlResult(NodeOutcome.Ok, [.. request.Parameters.Select(p => p.Name)]));
    }

    public static DateTimeOffset At { get; } = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>One value of each type.</summary>
    public static IReadOnlyList<Reading> Values { get; } =
    [
        new("temperature", FieldValue.Number(21.5, 2), At) { Unit = "Cel" },
        new("humidity", FieldValue.Number(40, 0), At, Quality.AutomaticReadout | Quality.Warning) { Unit = "%RH" },
        new("count", FieldValue.Integer(7), At) { Categories = FieldCategories.Status },
        new("door", FieldValue.Boolean(true), At) { Categories = FieldCategories.Status, IsWritable = true },
        new("serial", FieldValue.Text("A-1"), At) { Categories = FieldCategories.Identity },
        new("since", FieldValue.DateTime(At), At) { Categories = FieldCategories.Status },
        new("uptime", FieldValue.Duration(TimeSpan.FromMinutes(90)), At) { Categories = FieldCategories.Status },
    ];

    public string SourceId { get; }

    public string Name => "Bus";

    public bool DecidesForItself { get; set; }

    public IReadOnlyList<Node> Nodes => _nodes;

    public ConcurrentQueue<(string NodeId, NodeReadRequest Request)> Reads { get; } = new();

    public ConcurrentQueue<(string NodeId, NodeControlRequest Request)> Controls { get; } = new();

    public Func<string, NodeReadRequest, Task<NodeReadResult>> Read { get; set; }

    public Func<string, NodeControlRequest, Task<NodeControlResult>> Control { get; set; }

    public async ValueTask<NodeReadResult> ReadAsync(string nodeId, NodeReadRequest request, CancellationToken cancel = default)
    {
        Reads.Enqueue((nodeId, request));
        return await Read(nodeId, request).WaitAsync(cancel);
    }

    public async ValueTask<NodeControlResult> ControlAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default)
    {
        Controls.Enqueue((nodeId, request));
        return await Control(nodeId, request).WaitAsync(cancel);
    }

    private Node Make(string id) => new(
        new NodeReference(id, SourceId), "Sensor " + id,
        [.. Values.Select(v => new FieldDefinition(v.Field, v.Value!.Value.Kind, v.Unit, v.Categories))],
        [
            new("led", ValueKind.Boolean) { Description = "The lamp." }, new("interval", ValueKind.Integer), new("target", ValueKind.Number),
            new("label", ValueKind.Text), new("alarm", ValueKind.DateTime), new("delay", ValueKind.Duration),
        ]);
}
