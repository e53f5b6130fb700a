using Edge.Identity.Tokens;
using Edge.Protocol;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>What a node may do with topics: speak and hear under its own name.</summary>
internal static class NodeScope
{
    private static readonly string[] BootstrapMessages =
    [
        NodeMessages.Hello, NodeMessages.Befriended, NodeMessages.Discover, NodeMessages.GetToken,
        NodeMessages.GetTokenChallengeResponse, NodeMessages.Refresh,
    ];

    /// <summary>What a node's token grants.</summary>
    public static IReadOnlyList<TopicScope> Of(string nodeId) =>
        [new(TopicAccess.Write, NodeTopics.UpFilter(nodeId)), new(TopicAccess.Read, NodeTopics.DownFilter(nodeId))];

    /// <summary>What a session without a token may do: the dialogue of trust.</summary>
    public static IReadOnlyList<TopicScope> Bootstrap(string nodeId) =>
    [
        .. BootstrapMessages.Select(message => new TopicScope(TopicAccess.Write, NodeTopics.Up(nodeId, message))),
        new(TopicAccess.Read, NodeTopics.DownFilter(nodeId)),
    ];
}
