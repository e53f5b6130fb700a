using System.Collections.Concurrent;
using Edge.Storage;
using Edge.Xmpp.Routing;

namespace Edge.Xmpp.Modules.Blocking;

/// <summary>The lists, one document per account. All are in memory once the first was asked for: each stanza between two accounts looks at two of them.</summary>
internal sealed class BlockStore(IStorage storage) : IDisposable
{
    private readonly IStore<BlockListDocument> _store = storage.Open<BlockListDocument>("xmpp-blocking");
    private readonly ConcurrentDictionary<string, BlockList> _lists = new(StringComparer.Ordinal);
    private readonly AccountLocks _locks = new();
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile bool _isLoaded;

    /// <summary>False where it is known that nobody blocks anybody.</summary>
    public bool IsInUse => !_isLoaded || !_lists.IsEmpty;

    /// <summary>An account's list.</summary>
    public ValueTask<BlockList> FindAsync(string account, CancellationToken cancel) =>
        _isLoaded ? new(_lists.GetValueOrDefault(account) ?? BlockList.Empty) : LoadAndFindAsync(account, cancel);

    /// <summary>Changes a list; null leaves it as it is.</summary>
    public async ValueTask ChangeAsync(string account, Func<BlockList, BlockList?> change, CancellationToken cancel)
    {
        using var turn = await _locks.EnterAsync(account, cancel).ConfigureAwait(false);
        if (change(await FindAsync(account, cancel).ConfigureAwait(false)) is not { } changed) return;

        if (changed.Items.IsEmpty)
        {
            await _store.DeleteAsync(account, CancellationToken.None).ConfigureAwait(false);
            _lists.TryRemove(account, out _);
            return;
        }

        await _store.SaveAsync(account, new([.. changed.Items.OrderBy(i => i.ToString(), StringComparer.Ordinal)]), CancellationToken.None).ConfigureAwait(false);
        _lists[account] = changed;
    }

    public void Dispose()
    {
        _locks.Dispose();
        _loading.Dispose();
    }

    private async ValueTask<BlockList> LoadAndFindAsync(string account, CancellationToken cancel)
    {
        await _loading.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (!_isLoaded)
            {
                await foreach (var (owner, document) in _store.ListAsync("", cancel).ConfigureAwait(false)) _lists[owner] = new([.. document.Items]);
                _isLoaded = true;
            }
        }
        finally
        {
            _loading.Release();
        }

        return _lists.GetValueOrDefault(account) ?? BlockList.Empty;
    }
}
