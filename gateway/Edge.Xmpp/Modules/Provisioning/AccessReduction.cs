using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.Provisioning;

/// <summary>
/// What of a request is allowed. The answer has one list of nodes and one of names (XEP-0324 §3.3.3), and means every name of every node:
/// so the names are those that all listed nodes allow, and a node that has none of them is left out.
/// </summary>
internal sealed record AccessReduction(IReadOnlyList<NodeReference> Nodes, NameSet Names)
{
    /// <summary>True where something is allowed.</summary>
    public bool IsAllowed => Nodes.Count > 0;

    /// <summary>Decides for each node in the order of the request. Without nodes the asking device itself is meant.</summary>
    public static async ValueTask<AccessReduction> DecideAsync(
        IProvisioning provisioning, Jid device, AccessQuestion question, CancellationToken cancel)
    {
        var request = question.Request;
        var allowed = new List<NodeReference>();
        var names = request.Names;
        foreach (var node in request.Nodes.Count == 0 ? [NodeReference.None] : request.Nodes)
        {
            var decision = await provisioning.DecideAsync(new(new(device, node), question.Caller, question.Operation, request.Names)
            {
                Categories = request.Categories == FieldCategories.None ? FieldCategories.All : request.Categories,
                Tokens = request.Tokens,
            }, cancel);
            var common = decision.IsAllowed ? names.Intersect(decision.Names) : NameSet.Empty;
            if (common.IsEmpty) continue;

            names = common;
            allowed.Add(node);
        }

        return new(allowed, names);
    }
}

/// <summary>A device's question whether somebody may do something.</summary>
internal sealed record AccessQuestion(Jid Caller, Operation Operation, IotRequest Request);
