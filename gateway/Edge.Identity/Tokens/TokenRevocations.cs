using System.Collections.Concurrent;

using Edge.Storage;

namespace Edge.Identity.Tokens;

/// <summary>Which clients' and which subjects' tokens were taken back: everything issued up to then is refused. Times are whole seconds, as in tokens.</summary>
internal sealed class TokenRevocations(IStorage storage)
{
    private const string Name = "token-revocations";
    private const string SubjectsName = "token-subject-revocations";

    private readonly IStore<Revocation> _revocations = storage.Open<Revocation>(Name);
    private readonly IStore<Revocation> _subjects = storage.Open<Revocation>(SubjectsName);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _notBefore = [];
    private readonly ConcurrentDictionary<string, DateTimeOffset> _subjectsNotBefore = new(StringComparer.OrdinalIgnoreCase); // as accounts compare

    /// <summary>Reads what is stored.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await foreach (var (client, revocation) in _revocations.ListAsync(cancel: cancel).ConfigureAwait(false)) _notBefore[client] = revocation.IssuedUpTo;
        await foreach (var (subject, revocation) in _subjects.ListAsync(cancel: cancel).ConfigureAwait(false)) _subjectsNotBefore[subject] = revocation.IssuedUpTo;
    }

    /// <summary>Takes back what was issued to a client up to a time, together with the other changes of <paramref name="batch"/>.</summary>
    public async Task AddAsync(string client, DateTimeOffset issuedUpTo, StoreBatch batch, CancellationToken cancel)
    {
        await storage.CommitAsync(batch.Save(Name, client, new Revocation(issuedUpTo)), cancel).ConfigureAwait(false);
        _notBefore[client] = issuedUpTo;
    }

    /// <summary>Takes back what was issued for a subject up to a time, whichever client has it, together with the other changes of <paramref name="batch"/>.</summary>
    public async Task AddSubjectAsync(string subject, DateTimeOffset issuedUpTo, StoreBatch batch, CancellationToken cancel)
    {
        await storage.CommitAsync(batch.Save(SubjectsName, subject.ToLowerInvariant(), new Revocation(issuedUpTo)), cancel).ConfigureAwait(false);
        _subjectsNotBefore[subject] = issuedUpTo;
    }

    /// <summary>True where a token of a client, issued at a time, was taken back.</summary>
    public bool Has(string client, DateTimeOffset issuedAt) => _notBefore.TryGetValue(client, out var upTo) && issuedAt <= upTo;

    /// <summary>True where a token for a subject, issued at a time, was taken back.</summary>
    public bool HasSubject(string subject, DateTimeOffset issuedAt) => _subjectsNotBefore.TryGetValue(subject, out var upTo) && issuedAt <= upTo;

    /// <summary>The first second whose tokens are good again, so that a token made right after a revocation is not caught by it.</summary>
    public DateTimeOffset EarliestIssue(string client, string subject, DateTimeOffset now)
    {
        if (_notBefore.TryGetValue(client, out var upTo) && now <= upTo) now = upTo + TimeSpan.FromSeconds(1);
        return _subjectsNotBefore.TryGetValue(subject, out upTo) && now <= upTo ? upTo + TimeSpan.FromSeconds(1) : now;
    }

    internal sealed record Revocation(DateTimeOffset IssuedUpTo);
}
