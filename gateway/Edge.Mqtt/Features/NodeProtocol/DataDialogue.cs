using Edge.Protocol;
using Edge.Things.Readings;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>What a node publishes of its own accord: <c>telemetry</c> and <c>state</c>. Both go on to whoever may read them.</summary>
internal sealed class DataDialogue(
    NodeDirectory directory, NodeNotices notices, ILatestReadings latest, NodeLimits limits) : INodeDialogue
{
    public IEnumerable<NodeRoute> Routes =>
    [
        new(NodeMessages.Telemetry, TelemetryAsync) { HasId = false, IsLong = true, IsPack = true, IsShared = true },
        new(NodeMessages.State, StateAsync) { HasId = false, IsShared = true },
    ];

    private async ValueTask<NodeReply?> TelemetryAsync(NodeMessage message, CancellationToken cancel)
    {
        if (directory.Record(message.From.NodeId) is not { IsTrusted: true } record)
            return NodeReply.Error("registration-required", "Say hello first.");

        if (NodeReadings.Read(message.Payload, record.Description, limits.Now, limits.Options.MaxReadings) is not { } readings)
            return NodeReply.BadRequest($"The payload is no SenML pack of at most {limits.Options.MaxReadings} records.");

        if (readings.Count > 0) await latest.RecordAsync(notices.ThingOf(message.From.NodeId), readings, cancel);
        return null;
    }

    private async ValueTask<NodeReply?> StateAsync(NodeMessage message, CancellationToken cancel)
    {
        var saysGoodbye = !message.Body.GetBool(MessageKeys.Online, true);
        if (saysGoodbye == message.From.HasSaidGoodbye) return null;

        message.From.HasSaidGoodbye = saysGoodbye;
        await directory.TellAsync(message.From.NodeId, saysGoodbye ? "offline" : "online", cancel);
        return null;
    }
}
