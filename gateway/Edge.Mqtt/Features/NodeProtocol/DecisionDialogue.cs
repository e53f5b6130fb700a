using Edge.Protocol;
using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Things.Readings;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>What nodes ask the provisioning service: <c>isFriend</c>, <c>canRead</c>, <c>canControl</c> (XEP-0324 §3.2 to §3.4). The
/// answer is never wider than the question.</summary>
internal sealed class DecisionDialogue(
    IProvisioning provisioning, ProvisioningGate gate, NodeDirectory directory, NodeNotices notices, NodeFriends friends) : INodeDialogue
{
    private const int Attempts = 3;

    public IEnumerable<NodeRoute> Routes =>
    [
        new(NodeMessages.IsFriend, IsFriendAsync),
        new(NodeMessages.CanRead, CanReadAsync),
        new(NodeMessages.CanControl, CanControlAsync),
    ];

    private ValueTask<NodeReply?> IsFriendAsync(NodeMessage message, CancellationToken cancel) =>
        DecideAsync(message, new(Operation.Befriend, NodeMessages.IsFriendResponse, "", NameSet.All), cancel);

    private ValueTask<NodeReply?> CanReadAsync(NodeMessage message, CancellationToken cancel)
    {
        if (!NodeJson.TryGetCategories(message.Body, out var categories))
            return new(NodeReply.BadRequest("fieldTypes is a list of momentary, peak, status, computed, identity, historical, all."));

        var known = directory.Record(message.From.NodeId)?.Description.Fields.Where(f => (f.Categories & categories) != 0).Select(f => f.Name);
        var question = new NodeQuestion(Operation.Read, NodeMessages.CanReadResponse, MessageKeys.Fields, NameSet.Of(known ?? [])) { Categories = categories };
        return DecideAsync(message, question, cancel);
    }

    private ValueTask<NodeReply?> CanControlAsync(NodeMessage message, CancellationToken cancel)
    {
        var known = directory.Record(message.From.NodeId)?.Description.Parameters.Select(p => p.Name);
        return DecideAsync(message, new(Operation.Control, NodeMessages.CanControlResponse, MessageKeys.Parameters, NameSet.Of(known ?? [])), cancel);
    }

    private async ValueTask<NodeReply?> DecideAsync(NodeMessage message, NodeQuestion question, CancellationToken cancel)
    {
        if (!gate.IsOpen) return NodeReply.Error("service-unavailable", "The provisioning service cannot be reached now; this is not a no.");
        if (!Jid.TryParse(message.Text(MessageKeys.Jid), out var caller)) return NodeReply.Error("jid-malformed", "jid is no address.");
        if (!NodeJson.TryGetNames(message.Body, question.NamesKey, out var names)
            || !NodeJson.TryGetNames(message.Body, MessageKeys.Nodes, out var nodes))
            return NodeReply.BadRequest("Names are given as a list of texts, or left out for all.");

        // Names that the node does not have would only be put before the owner.
        var asked = names is null ? question.Known : NameSet.Of(names).Intersect(question.Known);
        var isForMe = nodes is null || nodes.Contains(message.From.NodeId, StringComparer.Ordinal);
        var access = new AccessRequest(notices.ThingOf(message.From.NodeId), caller.Bare, question.Operation, asked)
        {
            Categories = question.Categories,
            Tokens = new(message.Text(MessageKeys.ServiceToken), message.Text(MessageKeys.DeviceToken), message.Text(MessageKeys.UserToken)),
        };
        await AnswerAsync(message, question, isForMe && !asked.IsEmpty ? access : null, nodes is not null, cancel);
        return null;
    }

    /// <summary>Decides and answers. A rule that changes meanwhile voids the answer: it is decided again, or followed by another
    /// <c>clearCache</c>, so that a node never keeps a "no" from before a "yes".</summary>
    private async ValueTask AnswerAsync(NodeMessage message, NodeQuestion question, AccessRequest? access, bool namesNodes, CancellationToken cancel)
    {
        var nodeId = message.From.NodeId;
        var allowed = NameSet.Empty;
        var version = 0;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            version = notices.VersionOf(nodeId);
            allowed = access is null ? NameSet.Empty : Allowed(await provisioning.DecideAsync(access, cancel), access.Names);
            if (notices.VersionOf(nodeId) == version) break;
        }

        var body = Body(message, question, allowed, access?.Names);
        if (namesNodes && !allowed.IsEmpty) body.Set(MessageKeys.Nodes, NodeJson.Names([nodeId]));
        if (access?.Operation == Operation.Befriend) await friends.RememberAsync(nodeId, access.Caller, !allowed.IsEmpty, cancel);
        await message.From.SendAsync(question.Answer, body, cancel);
        if (notices.VersionOf(nodeId) != version) await notices.ClearCacheAsync(nodeId, cancel);
    }

    private JsonObject Body(NodeMessage message, NodeQuestion question, NameSet allowed, NameSet? asked)
    {
        var body = new JsonObject();
        body.Set(MessageKeys.Id, message.Id);
        body.Set(MessageKeys.Jid, message.Text(MessageKeys.Jid));
        body.Set(MessageKeys.Result, !allowed.IsEmpty);
        if (question.Operation == Operation.Befriend) body.Set(MessageKeys.SecondaryTrustAllowed, friends.SecondaryTrustAllowed);
        else if (!allowed.IsEmpty && !allowed.Equals(asked)) body.Set(question.NamesKey, NodeJson.Names(allowed.Names!));
        return body;
    }

    private static NameSet Allowed(Decision decision, NameSet asked) => decision.IsAllowed ? asked.Intersect(decision.Names) : NameSet.Empty;

    private sealed record NodeQuestion(Operation Operation, string Answer, string NamesKey, NameSet Known)
    {
        public FieldCategories Categories { get; init; } = FieldCategories.Momentary;
    }
}
