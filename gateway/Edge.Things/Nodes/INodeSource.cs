using Edge.Things.Control;
using Edge.Things.Provisioning;
using Edge.Things.Readings;

namespace Edge.Things.Nodes;

/// <summary>A field that a node can be read for.</summary>
public sealed record FieldDefinition(string Name, ValueKind Kind, string? Unit = null, FieldCategories Categories = FieldCategories.Momentary);

/// <summary>A parameter that can be set on a node.</summary>
public sealed record ParameterDefinition(string Name, ValueKind Kind)
{
    /// <summary>What it does, for people.</summary>
    public string? Description { get; init; }
}

/// <summary>How a node is.</summary>
public enum NodeState
{
    /// <summary>Not heard of yet.</summary>
    Unknown,

    /// <summary>Answers.</summary>
    Online,

    /// <summary>Late or silent.</summary>
    Offline,

    /// <summary>Answers with errors.</summary>
    Faulty,
}

/// <summary>A node behind the concentrator, as its bus describes it now.</summary>
public sealed record Node(NodeReference Reference, string Name, IReadOnlyList<FieldDefinition> Fields, IReadOnlyList<ParameterDefinition> Parameters)
{
    /// <summary>How it is.</summary>
    public NodeState State { get; init; }

    /// <summary>Its registry tags, KEY included; registered by the concentrator on the node's behalf. Null: not for the registry.</summary>
    public IReadOnlyList<Registry.Tag>? Tags { get; init; }
}

/// <summary>A request that reaches a bus: who asks, which names. The bus may answer with fewer.</summary>
public sealed record NodeReadRequest(Jid From, NameSet Fields, FieldCategories Categories, AccessTokens Tokens);

/// <summary>A request to set parameters that reaches a bus.</summary>
public sealed record NodeControlRequest(Jid From, IReadOnlyList<ParameterValue> Parameters, AccessTokens Tokens);

/// <summary>How an operation on a node ended.</summary>
public enum NodeOutcome
{
    /// <summary>Done, perhaps in part.</summary>
    Ok,

    /// <summary>No such node, field or parameter.</summary>
    NotFound,

    /// <summary>Refused by a rule, or because no rule speaks.</summary>
    Forbidden,

    /// <summary>A value of the wrong type or out of range.</summary>
    BadValue,

    /// <summary>The node did not answer in time.</summary>
    Unreachable,

    /// <summary>The node answered with an error.</summary>
    Failed,
}

/// <summary>What came of reading a node; <paramref name="Text"/> says why it failed.</summary>
public sealed record NodeReadResult(NodeOutcome Outcome, IReadOnlyList<Reading> Readings, string? Text = null);

/// <summary>What came of setting parameters: which were set; <paramref name="Parameter"/> names the one that was refused.</summary>
public sealed record NodeControlResult(NodeOutcome Outcome, IReadOnlyList<string> Done, string? Parameter = null, string? Text = null);

/// <summary>
/// A data source of the concentrator (XEP-0326 §2): one bus with its nodes. Found by <see cref="SourceId"/>. Implementations answer
/// with values and outcomes; an exception is a bug.
/// </summary>
public interface INodeSource
{
    /// <summary>Its id in addresses: <c>modbus</c>, <c>mqtt</c>.</summary>
    string SourceId { get; }

    /// <summary>Its name for people.</summary>
    string Name { get; }

    /// <summary>A snapshot of its nodes. Changes are told by <see cref="NodesChanged"/>.</summary>
    IReadOnlyList<Node> Nodes { get; }

    /// <summary>True where a node decides for itself who may read or set, asking provisioning with its own cache (MQTT nodes); else the
    /// concentrator decides before the bus is asked.</summary>
    bool DecidesForItself { get; }

    /// <summary>Reads fields of a node.</summary>
    ValueTask<NodeReadResult> ReadAsync(string nodeId, NodeReadRequest request, CancellationToken cancel = default);

    /// <summary>Sets parameters of a node.</summary>
    ValueTask<NodeControlResult> ControlAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default);
}

/// <summary>Told when a source's nodes, or what is known of one, changed.</summary>
public sealed record NodesChanged(string SourceId);
