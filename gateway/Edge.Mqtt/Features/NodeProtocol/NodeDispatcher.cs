using System.Collections.Frozen;

using Edge.Protocol;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Finds who takes a message, after checking what is true of every message; sends the answer to the session that asked.</summary>
internal sealed partial class NodeDispatcher(
    IEnumerable<INodeDialogue> dialogues, IOptions<NodeProtocolOptions> options, ILogger<NodeDispatcher> logger)
{
    private readonly FrozenDictionary<string, NodeRoute> _routes =
        dialogues.SelectMany(d => d.Routes).ToFrozenDictionary(r => r.Message, StringComparer.Ordinal);

    /// <summary>Takes a message in.</summary>
    /// <returns>True where it was sound and goes on to other subscribers, too.</returns>
    public async ValueTask<bool> HandleAsync(NodeConnection from, string name, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        var route = _routes.GetValueOrDefault(name);
        var (message, refusal) = Check(route, from, name, payload);
        var reply = refusal ?? await route!.Handle(message, cancel);
        if (reply is null) return route!.IsShared;

        if (reply.Message == NodeMessages.Error) LogRefused(from.NodeId, message, reply);
        if (name == NodeMessages.Error) return false; // an error is never answered

        if (message.Id >= 0) reply.Body.Set(MessageKeys.Id, message.Id);
        await from.SendAsync(reply.Message, reply.Body, cancel);
        return false;
    }

    private (NodeMessage Message, NodeReply? Refusal) Check(NodeRoute? route, NodeConnection from, string name, ReadOnlyMemory<byte> payload)
    {
        var empty = new NodeMessage(from, name, new(), payload);
        if (!from.IsProven && !NodeMessages.IsBootstrap(name))
            return (empty, NodeReply.Error("forbidden", "Only a session with a token may send this."));
        if (payload.Length > LimitOf(route))
            return (empty, NodeReply.Error("policy-violation", $"The message has {payload.Length} bytes; {LimitOf(route)} are the most."));
        if (route is { IsPack: true }) return (empty, null);
        if (Parse(payload) is not { } body) return (empty, NodeReply.BadRequest("The payload is no JSON object."));

        var message = new NodeMessage(from, name, body, payload);
        if (route is null) return (message, NodeReply.Error("feature-not-implemented", "This gateway does not know the message."));
        return (message, route.HasId && message.Id < 0 ? NodeReply.BadRequest("The message carries no id from 0 to 65535.") : null);
    }

    private int LimitOf(NodeRoute? route) => route is { IsLong: true } ? options.Value.MaxTelemetryBytes : options.Value.MaxMessageBytes;

    private static JsonObject? Parse(ReadOnlyMemory<byte> payload) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(payload, out var segment) && segment.Array is not null
            ? JsonObject.Parse(segment.Array, segment.Offset, segment.Count)
            : JsonObject.Parse(payload.ToArray(), 0, payload.Length);

    [LoggerMessage(EventId = 2503, Level = LogLevel.Debug, Message = "Node {NodeId}: {Message} was answered with {Answer}")]
    private partial void LogRefused(string nodeId, NodeMessage message, NodeReply answer);
}
