namespace Edge.Things.Nodes;

/// <summary>
/// How the domain reaches nodes that speak the node protocol (shared/Edge.Protocol/node-protocol.md). The MQTT broker's node protocol
/// feature implements it; the field bus's MQTT nodes and the portal use it.
/// </summary>
public interface INodeLink
{
    /// <summary>The nodes that have said hello since they were last forgotten, trusted or not.</summary>
    IReadOnlyList<LinkedNode> Nodes { get; }

    /// <summary>Asks an untrusted node to befriend the provisioning service; its LED flashes for <paramref name="window"/> and a press of its
    /// button accepts. Completes when it answered or the window has passed.</summary>
    Task<BefriendOutcome> BefriendAsync(string nodeId, TimeSpan window, CancellationToken cancel = default);

    /// <summary>Sends <c>read</c> and collects the answer.</summary>
    ValueTask<NodeReadResult> ReadAsync(string nodeId, NodeReadRequest request, CancellationToken cancel = default);

    /// <summary>Sends <c>set</c> and waits for the answer.</summary>
    ValueTask<NodeControlResult> SetAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default);
}

/// <summary>Where a node stands with this gateway.</summary>
public enum NodeTrust
{
    /// <summary>It has said hello; nobody has pressed its button yet.</summary>
    Untrusted,

    /// <summary>Its window is open: the LED flashes.</summary>
    Asked,

    /// <summary>The button was pressed; it holds a token.</summary>
    Trusted,
}

/// <summary>How a request to befriend ended.</summary>
public enum BefriendOutcome
{
    /// <summary>The button was pressed.</summary>
    Accepted,

    /// <summary>The node refused: it is locked to another server.</summary>
    Rejected,

    /// <summary>Nobody pressed the button.</summary>
    Timeout,

    /// <summary>The node is not connected.</summary>
    Unreachable,
}

/// <summary>A node as its <c>hello</c> described it.</summary>
public sealed record LinkedNode(string NodeId, NodeTrust Trust, bool IsOnline)
{
    /// <summary>Manufacturer, model, serial number, hardware and firmware version.</summary>
    public string Manufacturer { get; init; } = "";

    /// <summary>Model.</summary>
    public string Model { get; init; } = "";

    /// <summary>Serial number.</summary>
    public string SerialNumber { get; init; } = "";

    /// <summary>Hardware version.</summary>
    public string Hardware { get; init; } = "";

    /// <summary>Firmware version.</summary>
    public string Firmware { get; init; } = "";

    /// <summary>What it can be read for.</summary>
    public IReadOnlyList<FieldDefinition> Fields { get; init; } = [];

    /// <summary>What can be set on it.</summary>
    public IReadOnlyList<ParameterDefinition> Parameters { get; init; } = [];

    /// <summary>The name people see: the factory manifest's, else model and serial number, else the node id.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its registry tags, KEY included, from <c>hello</c> and the factory manifest; null until it is trusted. KEY is the claim
    /// secret: never show or log it.</summary>
    public IReadOnlyList<Registry.Tag>? Tags { get; init; }

    /// <summary>True where it is connected without a token, so that <see cref="INodeLink.BefriendAsync"/> can reach it now: a new node, or
    /// one that has lost what it was given.</summary>
    public bool CanBeAsked { get; init; }
}

/// <summary>Told when a node's standing, presence or description changed. <paramref name="What"/> is a word for logs:
/// hello, asked, befriended, rejected, timeout, unreachable, discovered, challenged, token, online, offline, refreshed, cacheCleared.</summary>
public sealed record LinkedNodeChanged(LinkedNode Node, string What);
