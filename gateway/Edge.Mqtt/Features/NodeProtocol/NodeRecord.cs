using Edge.Things;
using Edge.Things.Nodes;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>What is kept of a node whose button was pressed: enough that nothing has to be trusted again after a restart.</summary>
internal sealed record NodeRecord(string NodeId, DateTimeOffset AcceptedAt)
{
    /// <summary>It proved to have its device secret, and holds a token.</summary>
    public bool IsTrusted { get; init; }

    /// <summary>What it told of itself in a session whose node had proved itself.</summary>
    public NodeDescription Description { get; init; } = NodeDescription.Unknown;

    /// <summary>SHA-256 of its device token (XEP-0324 §3.1.3), in hex.</summary>
    public string DeviceTokenHash { get; init; } = "";

    /// <summary>It has not acknowledged <c>clearCache</c> since rules or ownership changed (XEP-0324 §3.5.1).</summary>
    public bool CacheIsStale { get; init; }

    /// <summary>Whom it asked <c>isFriend</c> about, oldest first.</summary>
    public IReadOnlyList<NodeFriend> Friends { get; init; } = [];
}

/// <summary>An address that a node asked about, and what it was told last.</summary>
internal sealed record NodeFriend(Jid Jid, bool IsFriend);

/// <summary>What a node's <c>hello</c> says of it.</summary>
internal sealed record NodeDescription
{
    public static NodeDescription Unknown { get; } = new();

    public string Manufacturer { get; init; } = "";

    public string Model { get; init; } = "";

    public string SerialNumber { get; init; } = "";

    public string Hardware { get; init; } = "";

    public string Firmware { get; init; } = "";

    public IReadOnlyList<FieldDefinition> Fields { get; init; } = [];

    public IReadOnlyList<ParameterDefinition> Parameters { get; init; } = [];

    public bool Equals(NodeDescription? other) =>
        other is not null
        && (Manufacturer, Model, SerialNumber, Hardware, Firmware)
            == (other.Manufacturer, other.Model, other.SerialNumber, other.Hardware, other.Firmware)
        && Fields.SequenceEqual(other.Fields)
        && Parameters.SequenceEqual(other.Parameters);

    public override int GetHashCode() => HashCode.Combine(Manufacturer, Model, SerialNumber, Firmware, Fields.Count, Parameters.Count);
}
