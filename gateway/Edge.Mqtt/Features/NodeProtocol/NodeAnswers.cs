using Edge.Protocol;
using Edge.Things.Control;
using Edge.Things.Nodes;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>What a node's answers mean to whoever asked.</summary>
internal static class NodeAnswers
{
    /// <summary>An answer to <c>read</c> that brings no fields.</summary>
    public static NodeReadResult ToRefusal(NodeMessage answer) => answer.Name switch
    {
        NodeMessages.Rejected => new(NodeOutcome.Forbidden, [], Text(answer, "The node refused.")),
        NodeMessages.Error => new(OfCondition(answer.Text(MessageKeys.Condition)), [], Text(answer, "The node answered with an error.")),
        _ => new(NodeOutcome.Failed, [], "The node answered with something else."),
    };

    /// <summary>An answer to <c>set</c>, with XEP-0325's codes.</summary>
    public static NodeControlResult ToResult(NodeMessage answer, IReadOnlyList<ParameterValue> asked)
    {
        if (answer.Name == NodeMessages.Error)
            return new(OfCondition(answer.Text(MessageKeys.Condition)), [], null, Text(answer, "The node answered with an error."));

        if (answer.Name != NodeMessages.SetResponse || !NodeJson.TryGetNames(answer.Body, MessageKeys.Parameters, out var names))
            return new(NodeOutcome.Failed, [], null, "The node answered with something else.");

        var outcome = OfCode(answer.Text(MessageKeys.Code));
        var named = asked.Select(p => p.Name).Where(n => names?.Contains(n, StringComparer.Ordinal) ?? true).ToArray();
        return outcome == NodeOutcome.Ok
            ? new(outcome, named)
            : new(
                outcome,
                [],
                names is null ? null : named.FirstOrDefault(),
                Text(answer, $"The node answered {NodeJson.ForLog(answer.Text(MessageKeys.Code))}."));
    }

    private static NodeOutcome OfCode(string code) => code switch
    {
        "OK" => NodeOutcome.Ok,
        "NotFound" => NodeOutcome.NotFound,
        "InsufficientPrivileges" => NodeOutcome.Forbidden,
        "FormError" => NodeOutcome.BadValue,
        _ => NodeOutcome.Failed, // Locked, NotImplemented, OtherError
    };

    private static NodeOutcome OfCondition(string condition) => condition switch
    {
        "forbidden" or "not-authorized" or "not-allowed" => NodeOutcome.Forbidden,
        "item-not-found" => NodeOutcome.NotFound,
        "bad-request" or "not-acceptable" => NodeOutcome.BadValue,
        _ => NodeOutcome.Failed,
    };

    private static string Text(NodeMessage answer, string otherwise) =>
        answer.Text(MessageKeys.Text) is { Length: > 0 } text ? NodeJson.ForLog(text) : otherwise;
}
