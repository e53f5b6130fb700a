using Edge.Things;
using Edge.Things.Nodes;

using Microsoft.Extensions.Hosting;

namespace Edge.FieldBus.MqttNodes;

/// <summary>The trusted nodes that speak the node protocol, as a source of the concentrator. Each decides for itself who may read or set
/// it, with its own cache (XEP-0324 §5.2); the address of who asks is passed on.</summary>
internal sealed class MqttNodeSource(INodeLink link, IDomainEvents events) : INodeSource, IHostedService, IDisposable
{
    private IDisposable? _subscription;

    public string SourceId => "mqtt";

    public string Name => "Nodes over MQTT";

    public bool DecidesForItself => true;

    public IReadOnlyList<Node> Nodes => [.. link.Nodes.Where(n => n.Trust == NodeTrust.Trusted).Select(ToNode)];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = events.Subscribe<LinkedNodeChanged>(TellAsync);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public ValueTask<NodeReadResult> ReadAsync(string nodeId, NodeReadRequest request, CancellationToken cancel = default) =>
        link.ReadAsync(nodeId, request, cancel);

    public ValueTask<NodeControlResult> ControlAsync(string nodeId, NodeControlRequest request, CancellationToken cancel = default) =>
        link.SetAsync(nodeId, request, cancel);

    public void Dispose() => _subscription?.Dispose();

    private Node ToNode(LinkedNode node) => new(new(node.NodeId, SourceId), node.Name, node.Fields, node.Parameters)
    {
        State = node.IsOnline ? NodeState.Online : NodeState.Offline,
        Tags = node.Tags,
    };

    // What happens before a node is trusted concerns nobody here, and neither does a new token.
    private ValueTask TellAsync(LinkedNodeChanged changed, CancellationToken cancel) =>
        changed.Node.Trust == NodeTrust.Trusted && changed.What is "token" or "hello" or "online" or "offline"
            ? events.PublishAsync(new NodesChanged(SourceId), cancel)
            : default;
}
