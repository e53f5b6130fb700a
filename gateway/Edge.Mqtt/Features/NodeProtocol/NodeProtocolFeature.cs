using Edge.Protocol;
using Edge.Things.Nodes;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>The node protocol (shared/Edge.Protocol/node-protocol.md): takes what nodes publish under <c>edge/v1/{node}/up</c>, and sees that
/// nobody else speaks there.</summary>
internal sealed class NodeProtocolFeature(
    NodeDirectory directory, NodeDispatcher dispatcher, BootstrapAdmission admission, IOptions<NodeProtocolOptions> options, TimeProvider clock) : IMqttFeature
{
    /// <summary>The nodes' data source in the concentrator.</summary>
    public const string SourceId = "mqtt";

    public MqttStage Stage => MqttStage.Apply;

    public static void AddServices(IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<NodeProtocolOptions>().Bind(section).ValidateOnStart();
        services
            .AddSingleton<IValidateOptions<NodeProtocolOptions>, NodeProtocolOptionsValidator>()
            .AddSingleton<ProvisioningGate>()
            .AddSingleton<BootstrapAdmission>()
            .AddSingleton<NodeLimits>()
            .AddSingleton<NodeRecords>()
            .AddSingleton<NodeDirectory>()
            .AddSingleton<NodeNotices>()
            .AddSingleton<NodeFriends>()
            .AddSingleton<BefriendDialogue>()
            .AddSingleton<INodeDialogue>(p => p.GetRequiredService<BefriendDialogue>())
            .AddSingleton<INodeDialogue, GreetingDialogue>()
            .AddSingleton<INodeDialogue, TokenDialogue>()
            .AddSingleton<INodeDialogue, DecisionDialogue>()
            .AddSingleton<INodeDialogue, DataDialogue>()
            .AddSingleton<INodeDialogue, AnswerDialogue>()
            .AddSingleton<NodeDispatcher>()
            .AddSingleton<INodeLink, NodeLink>()
            .AddHostedService<NodeProtocolService>();
    }

    // The broker publishes a will on its own authority: it must not say what its client may not.
    public ValueTask OnIdentifiedAsync(MqttConnecting connecting, CancellationToken cancel)
    {
        if (connecting.Will?.Topic is not { } topic || !topic.StartsWith(NodeTopics.Prefix, StringComparison.Ordinal)) return default;

        var isOwnState = connecting.Identity?.Subject == connecting.ClientId && topic == NodeTopics.Up(connecting.ClientId, NodeMessages.State);
        if (!isOwnState) connecting.Refuse(MqttReason.NotAuthorized, $"Below {NodeTopics.Prefix} a will is a node's own state: change or drop the will.");
        return default;
    }

    public async ValueTask OnConnectedAsync(IMqttSession session, CancellationToken cancel)
    {
        if (NodeOf(session) is not { } nodeId) return;

        if (session.Identity.IsBootstrap) admission.Opened(session);
        var connection = new NodeConnection(nodeId, session, options.Value, clock);
        directory.Attach(session, connection);
        if (connection.IsProven && directory.Record(nodeId) is not null) await directory.TellAsync(nodeId, "online", cancel);
    }

    // Every message of every client comes by here: one that is no node's costs a look at its topic, and nothing is made of it.
    public ValueTask OnPublishAsync(MqttPublishing publishing, CancellationToken cancel) =>
        publishing.Session is { } session && publishing.Topic.StartsWith(NodeTopics.Prefix, StringComparison.Ordinal)
            ? HandleAsync(session, publishing, cancel)
            : default;

    public async ValueTask OnDisconnectedAsync(IMqttSession session, MqttDisconnected disconnected, CancellationToken cancel)
    {
        admission.Closed(session);
        if (NodeOf(session) is null) return;

        if (directory.Detach(session, clock.GetUtcNow()) is not { } connection || disconnected.WasTakenOver) return;
        if (directory.Record(connection.NodeId) is null && !connection.IsProven) return;
        if (connection is { IsProven: true, HasSaidGoodbye: false }) await directory.TellAsync(connection.NodeId, "offline", cancel);
    }

    private async ValueTask HandleAsync(IMqttSession session, MqttPublishing publishing, CancellationToken cancel)
    {
        if (!NodeTopics.TryParse(publishing.Topic, out var node, out var isUp, out var message) || !isUp || NodeOf(session) != node)
        {
            publishing.Refuse($"Only a node publishes below {NodeTopics.Prefix}, and only as {NodeTopics.Prefix}{{its id}}/up/{{message}}.");
            return;
        }

        // A will is published when the connection is gone already; there is nothing to say to that session then.
        if (directory.Of(session) is not { } connection)
        {
            if (message != NodeMessages.State) publishing.Take();
            return;
        }

        if (!await dispatcher.HandleAsync(connection, message, publishing.Message.Payload, cancel)) publishing.Take();
    }

    /// <summary>The node that a session speaks for: the one that its token was made for, or that it says it is, not having one.</summary>
    private static string? NodeOf(IMqttSession session) =>
        (session.Identity.IsBootstrap || session.Identity.Subject == session.ClientId) && NodeId.IsValid(session.ClientId) ? session.ClientId : null;
}
