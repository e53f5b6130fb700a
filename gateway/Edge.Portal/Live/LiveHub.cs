using System.Collections.Immutable;
using Edge.Portal.Security;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Things.Registry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Edge.Portal.Live;

/// <summary>Hears of what changes in the domain and tells the pages that follow it, each only what its owner may see.</summary>
internal sealed class LiveHub(IDomainEvents events, IThingRegistry registry, PortalSessions sessions, IOptions<PortalOptions> options) : IHostedService
{
    private readonly Lock _lock = new();
    private readonly List<IDisposable> _subscriptions = [];
    private ImmutableArray<LiveConnection> _connections = [];

    /// <summary>How many pages follow now.</summary>
    public int Count => _connections.Length;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        On<ReadingsArrived>(e => ToOwner(e.Thing, c => c.MarkValues(e.Thing)));
        On<NodesChanged>(_ => ToAll(LiveTopics.State | LiveTopics.Nodes));
        On<LinkedNodeChanged>(_ => ToAll(LiveTopics.State | LiveTopics.Nodes));
        On<ThingClaimed>(_ => ToAll(LiveTopics.Things | LiveTopics.Nodes));
        On<ThingDisowned>(_ => ToAll(LiveTopics.Things | LiveTopics.Nodes));
        On<QuestionAsked>(e => To(e.Question.Owner, LiveTopics.Questions));
        On<RulesChanged>(e => To(e.Owner, LiveTopics.Questions));
        sessions.Ended += OnSessionEnded;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        sessions.Ended -= OnSessionEnded;
        foreach (var subscription in _subscriptions) subscription.Dispose();
        _subscriptions.Clear();
        return Task.CompletedTask;
    }

    /// <summary>Opens a connection; where there are too many, null and which setting says so.</summary>
    public LiveConnection? TryOpen(PortalUser user, out string? limit)
    {
        lock (_lock)
        {
            limit = (options.Value.LiveConnections, options.Value.LiveConnectionsPerAccount) switch
            {
                var (all, _) when _connections.Length >= all => "portal:liveConnections",
                var (_, mine) when _connections.Count(c => c.User.Jid == user.Jid) >= mine => "portal:liveConnectionsPerAccount",
                _ => null,
            };
            if (limit is not null) return null;

            var connection = new LiveConnection(user, Close);
            _connections = _connections.Add(connection);
            return connection;
        }
    }

    /// <summary>Tells every page that the nodes nearby changed.</summary>
    public void NodesChanged() => ToAll(LiveTopics.Nodes);

    // Each page looks whether it was its session, before it writes anything more.
    private void OnSessionEnded(string session) => ToAll(LiveTopics.None);

    private void Close(LiveConnection connection)
    {
        lock (_lock) _connections = _connections.Remove(connection);
    }

    private void On<T>(Action<T> handle) where T : class => _subscriptions.Add(events.Subscribe<T>((e, _) =>
    {
        handle(e);
        return ValueTask.CompletedTask;
    }));

    private void ToOwner(ThingId thing, Action<LiveConnection> mark)
    {
        if (_connections.IsEmpty || registry.Find(thing)?.Owner is not { } owner) return;

        foreach (var connection in _connections)
        {
            if (connection.User.Jid == owner) mark(connection);
        }
    }

    private void To(Jid owner, LiveTopics topics)
    {
        foreach (var connection in _connections)
        {
            if (connection.User.Jid == owner) connection.Mark(topics);
        }
    }

    private void ToAll(LiveTopics topics)
    {
        foreach (var connection in _connections) connection.Mark(topics);
    }
}
