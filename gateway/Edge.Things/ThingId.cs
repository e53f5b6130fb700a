namespace Edge.Things;

/// <summary>A node behind a concentrator: which data source, which node in it, which partition (XEP-0326 §2). Empty parts mean
/// "none"; <see cref="None"/> stands for a device that is not behind a concentrator.</summary>
public readonly record struct NodeReference(string NodeId, string SourceId = "", string Partition = "")
{
    /// <summary>No node: the thing is the device itself.</summary>
    public static NodeReference None { get; } = new("");

    /// <summary>True for a device that is not behind a concentrator.</summary>
    public bool IsNone => string.IsNullOrEmpty(NodeId) && string.IsNullOrEmpty(SourceId) && string.IsNullOrEmpty(Partition);

    /// <inheritdoc/>
    public override string ToString() =>
        IsNone ? "" : string.IsNullOrEmpty(Partition) ? $"{SourceId}/{NodeId}" : $"{SourceId}/{NodeId}/{Partition}";
}

/// <summary>A thing anywhere: the bare address that hosts it, and the node behind it, if any.</summary>
public sealed record ThingId
{
    /// <summary>Makes an identity; the resource of <paramref name="jid"/> is dropped.</summary>
    public ThingId(Jid jid, NodeReference node = default)
    {
        Jid = jid.Bare;
        Node = node.IsNone ? NodeReference.None : node;
    }

    /// <summary>The bare address of the device or concentrator.</summary>
    public Jid Jid { get; }

    /// <summary>The node behind a concentrator, or <see cref="NodeReference.None"/>.</summary>
    public NodeReference Node { get; }

    /// <summary>A text that differs for different things: store key and log word, e.g. <c>concentrator.edge.local#mqtt/esp32-1</c>.</summary>
    public override string ToString() => Node.IsNone
        ? Jid.ToString()
        : $"{Jid}#{Uri.EscapeDataString(Node.SourceId)}/{Uri.EscapeDataString(Node.NodeId)}/{Uri.EscapeDataString(Node.Partition)}";
}
