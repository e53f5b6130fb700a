using Edge.Things.Provisioning;
using Edge.Things.Readings;

namespace Edge.Things.Nodes;

/// <summary>
/// The concentrator as the domain sees it: every node of every <see cref="INodeSource"/>, read and controlled on behalf of somebody, after
/// a decision. Protocols (XMPP sensor data and control, the portal) come through here and nowhere else.
/// </summary>
public interface IConcentrator
{
    /// <summary>The address that the nodes live under.</summary>
    Jid Address { get; }

    /// <summary>The data sources.</summary>
    IReadOnlyList<INodeSource> Sources { get; }

    /// <summary>The node, or null. An empty source id finds a node whose id is unique over all sources.</summary>
    Node? Find(NodeReference node);

    /// <summary>The identity of one of the nodes.</summary>
    ThingId Identify(NodeReference node);

    /// <summary>Decides, reads, and records what was read.</summary>
    ValueTask<NodeReadResult> ReadAsync(NodeReference node, NodeReadRequest request, CancellationToken cancel = default);

    /// <summary>Decides and sets. Either every parameter is allowed, or none is set.</summary>
    ValueTask<NodeControlResult> ControlAsync(NodeReference node, NodeControlRequest request, CancellationToken cancel = default);
}
