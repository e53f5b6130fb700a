using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Things.Registry;

using Microsoft.Extensions.Hosting;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>Reads the records before anybody connects, and passes on to nodes what changes about them.</summary>
internal sealed class NodeProtocolService(NodeDirectory directory, NodeNotices notices, NodeFriends friends, IDomainEvents events)
    : IHostedLifecycleService, IDisposable
{
    private readonly List<IDisposable> _subscriptions = [];

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await directory.LoadAsync(cancellationToken);
        _subscriptions.Add(events.Subscribe<RulesChanged>((changed, cancel) => ForgetAsync(changed.Thing, cancel)));
        _subscriptions.Add(events.Subscribe<ThingClaimed>((claimed, cancel) => ChangeOwnerAsync(claimed.Thing.Id, cancel)));
        _subscriptions.Add(events.Subscribe<ThingDisowned>((gone, cancel) => ChangeOwnerAsync(gone.Thing, cancel)));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var subscription in _subscriptions) subscription.Dispose();
        _subscriptions.Clear();
    }

    private async ValueTask ForgetAsync(ThingId thing, CancellationToken cancel)
    {
        if (notices.NodeOf(thing) is not { } nodeId) return;

        await notices.ClearCacheAsync(nodeId, cancel);
        await friends.ReviewAsync(nodeId, thing, cancel);
    }

    private async ValueTask ChangeOwnerAsync(ThingId thing, CancellationToken cancel)
    {
        if (notices.NodeOf(thing) is not { } nodeId) return;

        await notices.TellOwnerAsync(nodeId, cancel);
        await ForgetAsync(thing, cancel);
    }
}
