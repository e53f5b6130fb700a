using System.Collections.Concurrent;

using Edge.Storage;

namespace Edge.Identity.Tokens;

/// <summary>Which clients' tokens may now do something else than what is written in them: a device that cannot fetch a new token gets new rights all the
/// same ("update the scope of the existing token", Federated Identity and Access Management for the Internet of Things, §IV.B). Holds for what was issued
/// up to the change; a later token says itself what it grants.</summary>
internal sealed class TokenScopeChanges(IStorage storage)
{
    private const string Name = "token-scopes";

    private readonly IStore<ScopeChange> _changes = storage.Open<ScopeChange>(Name);
    private readonly ConcurrentDictionary<string, ScopeChange> _known = [];

    /// <summary>Reads what is stored.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await foreach (var (client, change) in _changes.ListAsync(cancel: cancel).ConfigureAwait(false)) _known[client] = change;
    }

    /// <summary>Gives what was issued to a client up to a time other scopes, together with the other changes of <paramref name="batch"/>.</summary>
    public async Task AddAsync(string client, DateTimeOffset issuedUpTo, IReadOnlyList<TopicScope> scopes, StoreBatch batch, CancellationToken cancel)
    {
        var change = new ScopeChange(issuedUpTo, scopes);
        await storage.CommitAsync(batch.Save(Name, client, change), cancel).ConfigureAwait(false);
        _known[client] = change;
    }

    /// <summary>What a token of a client, issued at a time, grants now; null where that is what it says itself.</summary>
    public IReadOnlyList<TopicScope>? Find(string client, DateTimeOffset issuedAt) =>
        _known.TryGetValue(client, out var change) && issuedAt <= change.IssuedUpTo ? change.Scopes : null;

    /// <summary>The first second whose tokens speak for themselves again.</summary>
    public DateTimeOffset EarliestIssue(string client, DateTimeOffset now) =>
        _known.TryGetValue(client, out var change) && now <= change.IssuedUpTo ? change.IssuedUpTo + TimeSpan.FromSeconds(1) : now;

    internal sealed record ScopeChange(DateTimeOffset IssuedUpTo, IReadOnlyList<TopicScope> Scopes);
}
