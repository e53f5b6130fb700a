using System.Diagnostics.CodeAnalysis;

using Edge.Things;
using Edge.Things.Nodes;

namespace Edge.Xmpp.Modules.Iot;

/// <summary>Finds the nodes of the concentrator that a request names.</summary>
internal static class NodeSelection
{
    /// <summary>
    /// The nodes, or the error. A reference without a source means every node of that id (XEP-0323 §5.9); a request without nodes is refused,
    /// because to a concentrator it would mean all of them (XEP-0323 §3.3: <c>bad-request</c>).
    /// </summary>
    public static bool TryFind(
        IConcentrator concentrator, IotRequest request, IotOptions limits,
        [NotNullWhen(true)] out IReadOnlyList<Node>? nodes, [NotNullWhen(false)] out StanzaError? error)
    {
        nodes = null;
        error = null;
        if (request.Nodes.Count == 0)
        {
            error = IotError.BadRequest($"This is a concentrator: name the nodes by {request.Words.Node} elements.");
            return false;
        }

        var found = new List<Node>();
        foreach (var reference in request.Nodes)
        {
            var matches = Matches(concentrator, reference);
            if (matches.Count == 0)
            {
                error = IotError.NotFound($"There is no node {reference.NodeId} here.");
                return false;
            }

            found.AddRange(matches.Where(m => found.TrueForAll(f => f.Reference != m.Reference)));
        }

        // One id may stand for a node in each source, so the limit holds for what was found as well.
        nodes = [.. found.Take(limits.MaxNodesPerRequest)];
        return true;
    }

    private static List<Node> Matches(IConcentrator concentrator, NodeReference reference)
    {
        if (concentrator.Find(reference) is { } node) return [node];

        return reference.SourceId.Length > 0
            ? []
            : [.. concentrator.Sources.SelectMany(s => s.Nodes).Where(n => n.Reference.NodeId == reference.NodeId
                && (reference.Partition.Length == 0 || n.Reference.Partition == reference.Partition))];
    }
}
