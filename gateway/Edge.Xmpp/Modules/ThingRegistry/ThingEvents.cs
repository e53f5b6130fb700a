using Edge.Things;
using Edge.Things.Registry;

using Microsoft.Extensions.Hosting;

namespace Edge.Xmpp.Modules.ThingRegistry;

/// <summary>Passes on what happens to things while the server runs, whoever brought it about.</summary>
internal sealed class ThingEvents(ThingTeller teller, IDomainEvents events) : IHostedService, IDisposable
{
    private readonly List<IDisposable> _subscriptions = [];

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscriptions.Add(events.Subscribe<ThingClaimed>(teller.ClaimedAsync));
        _subscriptions.Add(events.Subscribe<ThingRemoved>(teller.RemovedAsync));
        _subscriptions.Add(events.Subscribe<ThingDisowned>(teller.DisownedAsync));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var subscription in _subscriptions) subscription.Dispose();
        _subscriptions.Clear();
    }
}
