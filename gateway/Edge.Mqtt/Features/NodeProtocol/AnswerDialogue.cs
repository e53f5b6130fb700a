using Edge.Protocol;

using Microsoft.Extensions.Logging;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>What a node answers to the gateway's requests. An answer that nobody waits for any more is dropped: the node did nothing wrong.</summary>
internal sealed partial class AnswerDialogue(NodeNotices notices, ILogger<AnswerDialogue> logger) : INodeDialogue
{
    public IEnumerable<NodeRoute> Routes =>
    [
        new(NodeMessages.Accepted, AnswerAsync),
        new(NodeMessages.Rejected, AnswerAsync),
        new(NodeMessages.Fields, AnswerAsync) { IsLong = true },
        new(NodeMessages.SetResponse, AnswerAsync),
        new(NodeMessages.ClearCacheResponse, ClearedAsync),
        new(NodeMessages.Error, ErrorAsync) { HasId = false },
    ];

    private ValueTask<NodeReply?> AnswerAsync(NodeMessage message, CancellationToken cancel)
    {
        if (!message.From.Requests.TryAnswer(message)) LogLate(message.From.NodeId, message.Name, message.Id);
        return default;
    }

    private async ValueTask<NodeReply?> ClearedAsync(NodeMessage message, CancellationToken cancel)
    {
        if (message.From.Requests.Find(message.Id) is { Version: { } version }) await notices.AcknowledgedAsync(message.From.NodeId, version, cancel);
        return await AnswerAsync(message, cancel);
    }

    private ValueTask<NodeReply?> ErrorAsync(NodeMessage message, CancellationToken cancel)
    {
        if (!message.From.Requests.TryAnswer(message)) LogError(message.From.NodeId, message);
        return default;
    }

    [LoggerMessage(EventId = 2507, Level = LogLevel.Debug, Message = "Node {NodeId}: {Message} {Id} came when nobody waited for it")]
    private partial void LogLate(string nodeId, string message, int id);

    [LoggerMessage(EventId = 2508, Level = LogLevel.Information, Message = "Node {NodeId} reports {Error}")]
    private partial void LogError(string nodeId, NodeMessage error);
}
