using Edge.Protocol;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>The gateway's requests to a node: <c>befriend</c>, <c>read</c> and <c>set</c>. Who asks travels along, since the node decides.</summary>
internal sealed class NodeLink(NodeDirectory directory, BefriendDialogue befriending, NodeLimits limits) : INodeLink
{
    private const string Late = "The node did not answer in time.";

    public IReadOnlyList<LinkedNode> Nodes => directory.Nodes;

    public Task<BefriendOutcome> BefriendAsync(string nodeId, TimeSpan window, CancellationToken cancel = default) =>
        befriending.AskAsync(nodeId, window, cancel);

    public async ValueTask<NodeReadResult> ReadAsync(string nodeId, NodeReadRequest request, CancellationToken cancel = default)
    {
        if (directory.Record(nodeId) is not { IsTrusted: true } record) return new(NodeOutcome.NotFound, [], "There is no such node.");
        if (Open(nodeId) is not ({ } connection, { } open)) return new(NodeOutcome.Unreachable, [], WhyNot(nodeId));

        using (open)
        using (var late = limits.RequestTimeout())
        using (var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel))
        {
            var body = Body(open.Id, request.From, request.Tokens);
            body.Set(MessageKeys.SeqNr, open.Id);
            body.Set(MessageKeys.FieldTypes, NodeJson.Words(request.Categories));
            if (request.Fields.Names is { } names) body.Set(MessageKeys.Fields, NodeJson.Names(names));
            if (!await connection.SendNowOrNeverAsync(NodeMessages.Read, body, cancel)) return new(NodeOutcome.Unreachable, [], WhyNot(nodeId));

            var result = await CollectAsync(open, record.Description, over.Token);
            cancel.ThrowIfCancellationRequested();
            return result;
        }
    }

    public async ValueTask<NodeControlResult> SetAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default)
    {
        if (directory.Record(nodeId) is not { IsTrusted: true }) return new(NodeOutcome.NotFound, [], null, "There is no such node.");
        if (Open(nodeId) is not ({ } connection, { } open)) return new(NodeOutcome.Unreachable, [], null, WhyNot(nodeId));

        using (open)
        using (var late = limits.RequestTimeout())
        using (var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel))
        {
            var body = Body(open.Id, request.From, request.Tokens);
            body.Set(MessageKeys.Parameters, NodeJson.Values(request.Parameters));
            if (!await connection.SendNowOrNeverAsync(NodeMessages.Set, body, cancel)) return new(NodeOutcome.Unreachable, [], null, WhyNot(nodeId));

            var answer = await open.NextAsync(over.Token);
            cancel.ThrowIfCancellationRequested();
            return answer is null ? new(NodeOutcome.Unreachable, [], null, Late) : NodeAnswers.ToResult(answer, request.Parameters);
        }
    }

    private (NodeConnection? Connection, NodeRequest? Request) Open(string nodeId) =>
        directory.Proven(nodeId) is { } connection && connection.Requests.TryOpen(out var request) ? (connection, request) : default;

    private string WhyNot(string nodeId) => directory.Proven(nodeId) is null
        ? "The node is not online."
        : $"The node is too busy: {NodeProtocolOptions.Section}:maxRequestsPerNode is {limits.Options.MaxRequestsPerNode}.";

    private static JsonObject Body(int id, Jid from, AccessTokens tokens)
    {
        var body = new JsonObject();
        body.Set(MessageKeys.Id, id);
        body.Set(MessageKeys.From, from.ToString());
        if (tokens.Service.Length > 0) body.Set(MessageKeys.ServiceToken, tokens.Service);
        if (tokens.Device.Length > 0) body.Set(MessageKeys.DeviceToken, tokens.Device);
        if (tokens.User.Length > 0) body.Set(MessageKeys.UserToken, tokens.User);
        return body;
    }

    private async ValueTask<NodeReadResult> CollectAsync(NodeRequest open, NodeDescription description, CancellationToken over)
    {
        List<Reading> readings = [];
        while (await open.NextAsync(over) is { } answer)
        {
            if (answer.Name == NodeMessages.Accepted) continue;
            if (answer.Name != NodeMessages.Fields) return NodeAnswers.ToRefusal(answer);

            var room = limits.Options.MaxReadings - readings.Count;
            if (NodeReadings.Read(answer.Body, description, limits.Now, room) is not { } part)
                return new(NodeOutcome.Failed, [], "The node answered with fields that cannot be read, or too many.");

            readings.AddRange(part);
            if (answer.Body.GetBool(MessageKeys.Done, false)) return new(NodeOutcome.Ok, readings);
        }

        return new(NodeOutcome.Unreachable, [], Late);
    }
}
