using System.Collections.Concurrent;
using System.Collections.Immutable;

using Edge.Storage;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Rosters;

/// <summary>The rosters, one document per account; changes of one account are made one after the other and are durable when they return.</summary>
internal sealed class RosterStore(IStorage storage, IOptions<RosterOptions> options) : IDisposable
{
    private const int CachedRosters = 1000; // those in use on any gateway of ours; a full cache just starts anew

    private readonly IStore<RosterDocument> _store = storage.Open<RosterDocument>("xmpp-rosters");
    private readonly ConcurrentDictionary<string, ContactList> _cache = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 32).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>True where a roster takes no further contact.</summary>
    public bool IsFull(ContactList roster) => roster.Count >= options.Value.MaxItems;

    public ValueTask<ContactList> FindAsync(string account, CancellationToken cancel) =>
        _cache.TryGetValue(account, out var roster) ? new(roster) : LoadLockedAsync(account, cancel);

    /// <summary>Changes a roster; null leaves it as it is.</summary>
    public async ValueTask<ContactList> ChangeAsync(string account, Func<ContactList, ContactList?> change, CancellationToken cancel)
    {
        var gate = LockOf(account);
        await gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var roster = await LoadAsync(account, cancel).ConfigureAwait(false);
            if (change(roster) is not { } changed) return roster;

            // Once begun, a change is finished even where the client that asked for it has gone.
            await _store.SaveAsync(account, new([.. changed.Items.OrderBy(i => i.Jid.ToString(), StringComparer.Ordinal)]), CancellationToken.None)
                .ConfigureAwait(false);
            _cache[account] = changed;
            return changed;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose()
    {
        foreach (var gate in _locks) gate.Dispose();
    }

    private async ValueTask<ContactList> LoadLockedAsync(string account, CancellationToken cancel)
    {
        var gate = LockOf(account);
        await gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await LoadAsync(account, cancel).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private async ValueTask<ContactList> LoadAsync(string account, CancellationToken cancel)
    {
        if (_cache.TryGetValue(account, out var cached)) return cached;

        var document = await _store.FindAsync(account, cancel).ConfigureAwait(false);
        var roster = document is null ? ContactList.Empty : new(document.Items.ToImmutableDictionary(i => i.Jid));
        if (_cache.Count >= CachedRosters) _cache.Clear();
        return _cache[account] = roster;
    }

    private SemaphoreSlim LockOf(string account) => _locks[(uint)StringComparer.Ordinal.GetHashCode(account) % (uint)_locks.Length];
}
