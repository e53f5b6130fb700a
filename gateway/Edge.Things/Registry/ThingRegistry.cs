using System.Collections.Immutable;

using Edge.Storage;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Things.Registry;

/// <summary>The registry: every record in memory and in the collection <c>things</c>; one writer at a time, readers see a snapshot.</summary>
internal sealed partial class ThingRegistry : IThingRegistry, IDisposable
{
    private readonly IStore<Registration> _store;
    private readonly IDomainEvents _events;
    private readonly ThingsOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<ThingRegistry> _logger;
    private readonly ClaimGuard _guard;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private volatile ImmutableDictionary<ThingId, Registration> _records = ImmutableDictionary<ThingId, Registration>.Empty;

    public ThingRegistry(
        IStorage storage, IDomainEvents events, IOptions<ThingsOptions> options, TimeProvider clock, ILogger<ThingRegistry> logger)
    {
        (_store, _events, _options, _clock, _logger) = (storage.Open<Registration>("things"), events, options.Value, clock, logger);
        _guard = new(_options.MaxFailedClaimsPerMinute, clock);
    }

    public IReadOnlyList<Thing> All => [.. _records.Values.Select(r => r.Thing).OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Reads what was stored; called once, before anybody asks.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        var records = ImmutableDictionary.CreateBuilder<ThingId, Registration>();
        await foreach (var (_, record) in _store.ListAsync(cancel: cancel).ConfigureAwait(false)) records[record.Thing.Id] = record;
        _records = records.ToImmutable();
    }

    public async Task<RegisterResult> RegisterAsync(ThingId id, IReadOnlyList<Tag> tags, bool selfOwned = false, CancellationToken cancel = default)
    {
        if (TagSet.Check(tags, _options.MaxTagsPerThing) is { } wrong) return Refused(id, wrong);

        using var turn = await TakeTurnAsync(cancel).ConfigureAwait(false);
        var known = _records.GetValueOrDefault(id);
        if (known?.Thing.Owner is { } owner && !(selfOwned && owner == id.Jid)) return new(owner, known.Thing.IsPublic);
        if (known is null && _records.Count >= _options.MaxThings)
            return Refused(id, $"The registry is full: things:maxThings is {_options.MaxThings}.");

        var now = _clock.GetUtcNow();
        var thing = new Thing(id, TagSet.Plain(tags), now);
        if (selfOwned) thing = thing with { Owner = id.Jid, ClaimedAt = now, IsPublic = true };
        var key = selfOwned || TagSet.KeyOf(tags) is not { } text ? null : ClaimKey.Of(text);
        await SaveAsync(new(thing, key), cancel).ConfigureAwait(false);
        return new(null, thing.IsPublic);
    }

    public async Task<Thing?> ClaimAsync(Jid owner, IReadOnlyList<Tag> tags, bool isPublic = true, CancellationToken cancel = default)
    {
        owner = owner.Bare;
        Thing claimed;
        using (await TakeTurnAsync(cancel).ConfigureAwait(false))
        {
            if (!_guard.Allows(owner))
            {
                LogGuessing(owner);
                return null;
            }

            if (Match(tags) is not { } record)
            {
                _guard.Failed(owner);
                return null;
            }

            claimed = record.Thing with { Owner = owner, ClaimedAt = _clock.GetUtcNow(), IsPublic = isPublic };
            await SaveAsync(new(claimed, null), cancel).ConfigureAwait(false); // the key has done its work: gone
        }

        LogClaimed(owner, claimed.Id);
        await _events.PublishAsync(new ThingClaimed(claimed), CancellationToken.None).ConfigureAwait(false);
        return claimed;
    }

    public async Task<UpdateResult> UpdateAsync(ThingId id, Jid? onBehalfOf, IReadOnlyList<Tag> tags, CancellationToken cancel = default)
    {
        using var turn = await TakeTurnAsync(cancel).ConfigureAwait(false);
        if (!_records.TryGetValue(id, out var record)) return UpdateResult.NotFound;
        if (onBehalfOf is { } caller && record.Thing.Owner != caller.Bare) return UpdateResult.NotFound;
        if (record.Thing.Owner is null) return UpdateResult.Unclaimed;
        if (TagSet.Check(tags, _options.MaxTagsPerThing) is not null) return UpdateResult.Refused;

        var merged = TagSet.Merge(record.Thing.Tags, tags);
        if (merged.Count > _options.MaxTagsPerThing) return UpdateResult.Refused;

        await SaveAsync(record with { Thing = record.Thing with { Tags = merged } }, cancel).ConfigureAwait(false);
        return UpdateResult.Updated;
    }

    public async Task<bool> RemoveAsync(Jid owner, ThingId id, CancellationToken cancel = default)
    {
        using (await TakeTurnAsync(cancel).ConfigureAwait(false))
        {
            if (OwnedRecord(owner, id) is not { } record) return false;
            await SaveAsync(record with { Thing = record.Thing with { IsPublic = false } }, cancel).ConfigureAwait(false);
        }

        await _events.PublishAsync(new ThingRemoved(id, owner.Bare), CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    public async Task UnregisterAsync(ThingId id, CancellationToken cancel = default)
    {
        Jid? formerOwner;
        using (await TakeTurnAsync(cancel).ConfigureAwait(false))
        {
            if (!_records.TryGetValue(id, out var record)) return;

            formerOwner = record.Thing.Owner;
            await _store.DeleteAsync(id.ToString(), cancel).ConfigureAwait(false);
            _records = _records.Remove(id);
        }

        if (formerOwner is not null)
            await _events.PublishAsync(new ThingDisowned(id, formerOwner), CancellationToken.None).ConfigureAwait(false);
    }

    public async Task<bool> DisownAsync(Jid owner, ThingId id, CancellationToken cancel = default)
    {
        using (await TakeTurnAsync(cancel).ConfigureAwait(false))
        {
            if (OwnedRecord(owner, id) is not { } record) return false;

            // No tags and a random key: what the former owner said of the thing is gone, and what he knows of it does not claim it
            // again, until the thing itself registers anew.
            await SaveAsync(new(new(id, [], record.Thing.RegisteredAt), ClaimKey.Of(ClaimKey.Random())), cancel).ConfigureAwait(false);
        }

        LogDisowned(owner.Bare, id);
        await _events.PublishAsync(new ThingDisowned(id, owner.Bare), CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    public Thing? Find(ThingId id) => _records.GetValueOrDefault(id)?.Thing;

    public IReadOnlyList<Thing> OwnedBy(Jid owner) => [.. All.Where(t => t.Owner == owner.Bare)];

    public void Dispose() => _writer.Dispose();

    /// <summary>The only unclaimed record with just these tags. Two of them would be somebody's mistake: then neither is given away.</summary>
    private Registration? Match(IReadOnlyList<Tag> tags)
    {
        if (TagSet.Check(tags, _options.MaxTagsPerThing + 1) is not null) return null; // one more: R is dropped
        var key = TagSet.KeyOf(tags) ?? "";
        var fingerprint = TagSet.Fingerprint(TagSet.Plain(tags));
        var candidates = _records.Values.Where(r => r is { Key: not null, Thing.Owner: null } && r.Fingerprint == fingerprint).ToArray();
        if (candidates.Length == 0) _ = ClaimKey.Nobody.Matches(key);

        var matches = candidates.Where(r => r.Key!.Matches(key)).ToArray();
        return matches.Length == 1 && key.Length > 0 ? matches[0] : null;
    }

    private Registration? OwnedRecord(Jid owner, ThingId id) =>
        _records.TryGetValue(id, out var record) && record.Thing.Owner == owner.Bare ? record : null;

    private async Task SaveAsync(Registration record, CancellationToken cancel)
    {
        await _store.SaveAsync(record.Thing.Id.ToString(), record, cancel).ConfigureAwait(false);
        _records = _records.SetItem(record.Thing.Id, record);
    }

    private RegisterResult Refused(ThingId id, string why)
    {
        LogRefused(id, why);
        return new(null, false) { Refusal = why };
    }

    private async Task<Turn> TakeTurnAsync(CancellationToken cancel)
    {
        await _writer.WaitAsync(cancel).ConfigureAwait(false);
        return new(_writer);
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "{Owner} claimed {Thing}")]
    private partial void LogClaimed(Jid owner, ThingId thing);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "{Owner} gave up {Thing}")]
    private partial void LogDisowned(Jid owner, ThingId thing);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Warning, Message = "{Owner} fails to claim too often; refused for the rest of the minute")]
    private partial void LogGuessing(Jid owner);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Warning, Message = "The registration of {Thing} was refused: {Why}")]
    private partial void LogRefused(ThingId thing, string why);

    private readonly struct Turn(SemaphoreSlim writer) : IDisposable
    {
        public void Dispose() => writer.Release();
    }
}
