namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Settings of the node protocol, section <c>mqtt:nodeProtocol</c>. Every bound on what a node, trusted or not, can make the
/// gateway keep or do is here.</summary>
public sealed class NodeProtocolOptions
{
    /// <summary>The section's key.</summary>
    public const string Section = "mqtt:nodeProtocol";

    /// <summary>The name that <c>befriend</c> carries; a node stays with the first one it trusts. Empty: <c>provisioning.</c> and
    /// <c>things:domain</c>.</summary>
    public string Server { get; set; } = "";

    /// <summary>How long a node's LED flashes when the gateway asks by itself. Short, so that only who stands beside the node can press
    /// (XEP-0324 §6.1). Seconds, 5 to 120.</summary>
    public int WindowSeconds { get; set; } = 30;

    /// <summary>A node of the manifest that is factory-new or not known yet is asked when it says hello, at most once in so many minutes, so
    /// that its LED is not lit for long (XEP-0324 §6.1); 0: only a person asks. 0 to 1440.</summary>
    public int AskEveryMinutes { get; set; } = 10;

    /// <summary>How long a session without a token may last. Long enough to press a button and get a token. Seconds, 30 to 300.</summary>
    public int BootstrapSeconds { get; set; } = 300;

    /// <summary>How many sessions without a token there may be at once; others wait. 1 to 1000.</summary>
    public int MaxBootstrapSessions { get; set; } = 64;

    /// <summary>How many CONNECTs without a token are taken in a minute, from all nodes: a hall of them after a power cut, spread by their
    /// reconnect delay. 1 to 10000.</summary>
    public int BootstrapsPerMinute { get; set; } = 120;

    /// <summary>How many of those from one node id: a sound node needs two. 1 to 1000.</summary>
    public int BootstrapsPerNodePerMinute { get; set; } = 12;

    /// <summary>How many messages a session without a token may send in a minute; the whole dialogue of trust is five. 5 to 1000.</summary>
    public int BootstrapMessagesPerMinute { get; set; } = 30;

    /// <summary>How many untrusted nodes are remembered; the one that has been away longest is forgotten first. At least
    /// <see cref="MaxBootstrapSessions"/>, up to 100000.</summary>
    public int MaxUntrustedNodes { get; set; } = 256;

    /// <summary>How many nodes can be trusted by this gateway. 1 to 100000.</summary>
    public int MaxNodes { get; set; } = 1000;

    /// <summary>How long a challenge can be answered; at least the minute that XEP-0324 §3.1.3 asks for. Seconds, 60 to 600.</summary>
    public int ChallengeSeconds { get; set; } = 120;

    /// <summary>How many unanswered challenges one session may have; a sound node has one. 1 to 16.</summary>
    public int MaxChallenges { get; set; } = 4;

    /// <summary>How long a node may take to answer <c>read</c>, <c>set</c> or <c>clearCache</c>. Seconds, 1 to 120.</summary>
    public int RequestSeconds { get; set; } = 10;

    /// <summary>How many requests may wait for one node at once: a microcontroller works on few. 1 to 64.</summary>
    public int MaxRequestsPerNode { get; set; } = 8;

    /// <summary>The most bytes in a message from a node; what fits a microcontroller's buffer. 256 to 65536.</summary>
    public int MaxMessageBytes { get; set; } = 1024;

    /// <summary>The most bytes in <c>telemetry</c> or <c>fields</c> from a node. 256 to 65536.</summary>
    public int MaxTelemetryBytes { get; set; } = 4096;

    /// <summary>The most readings in one telemetry message or read-out, and the most fields and parameters that a node may name. 1 to
    /// 1000.</summary>
    public int MaxReadings { get; set; } = 128;

    /// <summary>How many addresses that a node asked <c>isFriend</c> about are remembered, to be told of a change; the oldest go first.
    /// 1 to 1000.</summary>
    public int MaxFriends { get; set; } = 64;

    /// <summary>Whether a trusted node may trust other servers beside this one (XEP-0324 §3.1.4). Off: one gateway decides.</summary>
    public bool SecondaryTrustAllowed { get; set; }
}
