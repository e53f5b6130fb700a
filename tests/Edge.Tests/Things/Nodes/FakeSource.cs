using Edge.Things.Nodes;
using Edge.Things.Readings;
using Edge.Things.Registry;

namespace Edge.Tests.Things.Nodes;

/// <summary>A bus with one thermostat: temperature, humidity and identity; LED, interval and set point.</summary>
internal sealed class FakeSource(string sourceId = "fake", bool decidesForItself = false) : INodeSource
{
    public string SourceId => sourceId;

    public string Name => "Fake";

    public bool DecidesForItself => decidesForItself;

    public IReadOnlyList<Tag>? Tags { get; set; } = [new("MAN", "example.org"), new("SN", "7")];

    public IReadOnlyList<Node> Nodes =>
    [
        new(
            new("t1", sourceId),
            "Thermostat",
            [new("temperature", ValueKind.Number, "Cel"), new("humidity", ValueKind.Number, "%RH"), new("serial", ValueKind.Text, null, FieldCategories.Identity)],
            [new("led", ValueKind.Boolean), new("interval", ValueKind.Integer), new("target", ValueKind.Number)]) { Tags = Tags },
    ];

    /// <summary>The requests that reached the bus.</summary>
    public List<NodeReadRequest> Reads { get; } = [];

    public List<NodeControlRequest> Controls { get; } = [];

    /// <summary>Set, the bus never answers.</summary>
    public bool IsSilent { get; set; }

    public async ValueTask<NodeReadResult> ReadAsync(string nodeId, NodeReadRequest request, CancellationToken cancel = default)
    {
        Reads.Add(request);
        if (IsSilent) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);

        // Like many a bus, it reads all at once.
        var at = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
        return new(NodeOutcome.Ok, [new("temperature", FieldValue.Number(21.5), at), new("humidity", FieldValue.Number(40), at)]);
    }

    public async ValueTask<NodeControlResult> ControlAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default)
    {
        Controls.Add(request);
        if (IsSilent) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        return new(NodeOutcome.Ok, [.. request.Parameters.Select(p => p.Name)]);
    }
}
