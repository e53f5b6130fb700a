using System.Collections.Concurrent;

using Edge.Storage;

namespace Edge.Identity.Tokens;

/// <summary>Which clients' tokens were taken back: everything issued up to then is refused. Times are whole seconds, as in tokens.</summary>
internal sealed class TokenRevocations(IStorage storage)
{
    private const string Name = "token-revocations";

    private readonly IStore<Revocation> _revocations = storage.Open<Revocation>(Name);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _notBefore = [];

    /// <summary>Reads what is stored.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await foreach (var (client, revocation) in _revocations.ListAsync(cancel: cancel).ConfigureAwait(false)) _notBefore[client] = revocation.IssuedUpTo;
    }

    /// <summary>Takes back what was issued to a client up to a time, together with the other changes of <paramref name="batch"/>.</summary>
    public async Task AddAsync(string client, DateTimeOffset issuedUpTo, StoreBatch batch, CancellationToken cancel)
    {
        await storage.CommitAsync(batch.Save(Name, client, new Revocation(issuedUpTo)), cancel).ConfigureAwait(false);
        _notBefore[client] = issuedUpTo;
    }

    /// <summary>True where a token of a client, issued at a time, was taken back.</summary>
    public bool Has(string client, DateTimeOffset issuedAt) => _notBefore.TryGetValue(client, out var upTo) && issuedAt <= upTo;

    /// <summary>The first second whose tokens are good again, so that a token made right after a revocation is not caught by it.</summary>
    public DateTimeOffset EarliestIssue(string client, DateTimeOffset now) =>
        _notBefore.TryGetValue(client, out var upTo) && now <= upTo ? upTo + TimeSpan.FromSeconds(1) : now;

    internal sealed record Revocation(DateTimeOffset IssuedUpTo);
}
