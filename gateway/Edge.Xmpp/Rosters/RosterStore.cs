using System.Collections.Concurrent;

using Edge.Storage;
using Edge.Things;
using Edge.Xmpp.Routing;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Rosters;

/// <summary>The rosters, one document per account; changes of one account are made one after the other and are durable when they return.</summary>
internal sealed class RosterStore(IStorage storage, IOptions<RosterOptions> options) : IDisposable
{
    private const int CachedRosters = 1000; // those in use on any gateway of ours; a full cache just starts anew

    private readonly IStore<RosterDocument> _store = storage.Open<RosterDocument>("xmpp-rosters");
    private readonly ConcurrentDictionary<string, ContactList> _cache = new(StringComparer.Ordinal);
    private readonly AccountLocks _locks = new();

    /// <summary>True where a roster takes no further contact.</summary>
    public bool IsFull(ContactList roster) => roster.Count >= options.Value.MaxItems;

    public ValueTask<ContactList> FindAsync(string account, CancellationToken cancel) =>
        _cache.TryGetValue(account, out var roster) ? new(roster) : LoadLockedAsync(account, cancel);

    /// <summary>True where <paramref name="watcher"/> may see who of the account is online, and since when nobody is.</summary>
    public async ValueTask<bool> IsSeenByAsync(string account, Jid watcher, CancellationToken cancel) =>
        (await FindAsync(account, cancel).ConfigureAwait(false)).Find(watcher.Bare) is { State.SeenByContact: true };

    /// <summary>Changes a roster; null leaves it as it is.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="change">What becomes of it.</param>
    /// <param name="saved">Called with the new roster when it is stored, before the next change.</param>
    /// <param name="cancel">Stops the waiting for other changes.</param>
    public async ValueTask<ContactList> ChangeAsync(
        string account, Func<ContactList, ContactList?> change, Action<ContactList>? saved, CancellationToken cancel)
    {
        using var turn = await _locks.EnterAsync(account, cancel).ConfigureAwait(false);
        var roster = await LoadAsync(account, cancel).ConfigureAwait(false);
        if (change(roster) is not { } changed) return roster;

        // Once begun, a change is finished even where the client that asked for it has gone.
        await _store.SaveAsync(account, RosterDocument.Of(changed), CancellationToken.None).ConfigureAwait(false);
        _cache[account] = changed;
        saved?.Invoke(changed);
        return changed;
    }

    /// <summary>Forgets an account's roster.</summary>
    public async ValueTask DeleteAsync(string account, CancellationToken cancel)
    {
        using var turn = await _locks.EnterAsync(account, cancel).ConfigureAwait(false);
        await _store.DeleteAsync(account, CancellationToken.None).ConfigureAwait(false);
        _cache.TryRemove(account, out _);
    }

    public void Dispose() => _locks.Dispose();

    private async ValueTask<ContactList> LoadLockedAsync(string account, CancellationToken cancel)
    {
        using var turn = await _locks.EnterAsync(account, cancel).ConfigureAwait(false);
        return await LoadAsync(account, cancel).ConfigureAwait(false);
    }

    private async ValueTask<ContactList> LoadAsync(string account, CancellationToken cancel)
    {
        if (_cache.TryGetValue(account, out var cached)) return cached;

        var document = await _store.FindAsync(account, cancel).ConfigureAwait(false);
        var roster = document?.ToContacts() ?? ContactList.Empty;
        if (_cache.Count >= CachedRosters) _cache.Clear();
        return _cache[account] = roster;
    }
}
