using System.Collections.Concurrent;

using Edge.Protocol;
using Edge.Storage;
using Edge.Things.Registry;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Things.Nodes;

/// <summary>
/// Registers the nodes behind the concentrator, as devices register themselves. A node whose bus knows no KEY (a meter has no sticker)
/// gets one that is kept until it is claimed, so that a printed claim stays good over restarts.
/// </summary>
internal sealed partial class NodeRegistration : INodeClaims, IHostedService, IDisposable
{
    private readonly IConcentrator _concentrator;
    private readonly IThingRegistry _registry;
    private readonly Jid _registryAddress;
    private readonly ILogger<NodeRegistration> _logger;
    private readonly IStore<GeneratedKey> _keys;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<ThingId, IReadOnlyList<Tag>> _unclaimed = new();
    private readonly IDisposable[] _subscriptions;

    public NodeRegistration(NodeRegistrationParts parts, IOptions<ThingsOptions> options, ILogger<NodeRegistration> logger)
    {
        (_concentrator, _registry, _logger) = (parts.Concentrator, parts.Registry, logger);
        _registryAddress = options.Value.RegistryAddress;
        _keys = parts.Storage.Open<GeneratedKey>("claim-keys");
        _subscriptions =
        [
            parts.Events.Subscribe<NodesChanged>((changed, cancel) => new(RegisterAsync(changed.SourceId, cancel))),
            parts.Events.Subscribe<ThingClaimed>((claimed, cancel) => ForgetKeyAsync(claimed.Thing.Id, cancel)),
            parts.Events.Subscribe<ThingDisowned>((gone, cancel) => new(RegisterAnewAsync(gone.Thing, cancel))),
        ];
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var source in _concentrator.Sources) await RegisterAsync(source.SourceId, cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public IReadOnlyList<Tag>? ClaimTags(NodeReference node) =>
        _concentrator.Find(node) is { } found && _unclaimed.TryGetValue(_concentrator.Identify(found.Reference), out var tags) ? tags : null;

    public string? ClaimUri(NodeReference node)
    {
        if (ClaimTags(node) is not { } tags) return null;

        var written = tags.Select(t => t.Text is { } text ? new DiscoTag(t.Name, text) : new DiscoTag(t.Name, t.Number!.Value));
        return IotDiscoUri.Build([.. written, new("R", _registryAddress.ToString())]).ToString();
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions) subscription.Dispose();
        _turn.Dispose();
    }

    private async Task RegisterAsync(string sourceId, CancellationToken cancel)
    {
        if (_concentrator.Sources.FirstOrDefault(s => s.SourceId == sourceId) is not { } source) return;

        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            foreach (var node in source.Nodes)
            {
                if (node.Tags is { Count: > 0 } tags) await RegisterAsync(_concentrator.Identify(node.Reference), tags, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task RegisterAsync(ThingId id, IReadOnlyList<Tag> tags, CancellationToken cancel)
    {
        if (_registry.Find(id) is { Owner: not null } owned)
        {
            await UpdateAsync(owned, tags, cancel).ConfigureAwait(false);
            return;
        }

        if (TagSet.KeyOf(tags) is null) tags = [.. tags, new(TagSet.Key, await KeyAsync(id, cancel).ConfigureAwait(false))];
        if (_unclaimed.TryGetValue(id, out var known) && known.SequenceEqual(tags)) return;

        var result = await _registry.RegisterAsync(id, tags, cancel: cancel).ConfigureAwait(false);
        if (result is { Owner: null, Refusal: null })
        {
            _unclaimed[id] = tags;
            LogRegistered(id);
        }
    }

    /// <summary>Tells the registry what has changed of a node that has an owner (its firmware version); the name is the owner's.</summary>
    private async Task UpdateAsync(Thing owned, IReadOnlyList<Tag> tags, CancellationToken cancel)
    {
        var changed = TagSet.Plain(tags).Where(t => !TagSet.Is(t, "NAME") && !owned.Tags.Contains(t)).ToArray();
        if (changed.Length > 0) await _registry.UpdateAsync(owned.Id, null, changed, cancel).ConfigureAwait(false);
    }

    private async Task<string> KeyAsync(ThingId id, CancellationToken cancel)
    {
        if (await _keys.FindAsync(id.ToString(), cancel).ConfigureAwait(false) is { } stored) return stored.Key;

        var made = new GeneratedKey(ClaimKey.Random());
        await _keys.SaveAsync(id.ToString(), made, cancel).ConfigureAwait(false);
        return made.Key;
    }

    private async ValueTask ForgetKeyAsync(ThingId id, CancellationToken cancel)
    {
        if (id.Jid != _concentrator.Address) return;

        _unclaimed.TryRemove(id, out _);
        await _keys.DeleteAsync(id.ToString(), cancel).ConfigureAwait(false);
    }

    /// <summary>A node that was given up can be claimed anew: by its sticker where it has one, else by a new key.</summary>
    private async Task RegisterAnewAsync(ThingId id, CancellationToken cancel)
    {
        if (id.Jid != _concentrator.Address) return;

        _unclaimed.TryRemove(id, out _);
        await RegisterAsync(id.Node.SourceId, cancel).ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 4200, Level = LogLevel.Information, Message = "{Thing} is registered and can be claimed")]
    private partial void LogRegistered(ThingId thing);
}

/// <summary>What <see cref="NodeRegistration"/> works with.</summary>
internal sealed record NodeRegistrationParts(IConcentrator Concentrator, IThingRegistry Registry, IDomainEvents Events, IStorage Storage);

/// <summary>A KEY that this gateway made for a node; in clear, since it must be printed, and only until the node is claimed.</summary>
internal sealed record GeneratedKey(string Key);
