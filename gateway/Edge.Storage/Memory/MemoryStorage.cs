using System.Runtime.CompilerServices;

namespace Edge.Storage.Memory;

/// <summary>Documents in memory, serialised like anywhere else, so that a test sees what a database would keep.</summary>
public sealed class MemoryStorage : IStorage
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, byte[]>> _stores = [];

    /// <inheritdoc/>
    public IStore<T> Open<T>(string name) where T : class => new Store<T>(this, StoreName.Check(name));

    /// <inheritdoc/>
    public ValueTask CommitAsync(StoreBatch batch, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        lock (_lock)
        {
            foreach (var change in batch.Changes) Apply(change);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool Apply(StoreChange change)
    {
        var documents = Documents(change.Store);
        if (change.Json is null) return documents.Remove(change.Key);

        documents[change.Key] = change.Json;
        return true;
    }

    private SortedDictionary<string, byte[]> Documents(string store)
    {
        if (!_stores.TryGetValue(store, out var documents)) documents = _stores[store] = new(StoreKey.Order);
        return documents;
    }

    private sealed class Store<T>(MemoryStorage storage, string name) : IStore<T> where T : class
    {
        public ValueTask<T?> FindAsync(string key, CancellationToken cancel = default)
        {
            cancel.ThrowIfCancellationRequested();
            byte[]? json;
            lock (storage._lock) json = storage.Documents(name).GetValueOrDefault(key);
            return ValueTask.FromResult(json is null ? null : StoreJson.Read<T>(name, key, json));
        }

        public ValueTask SaveAsync(string key, T document, CancellationToken cancel = default) =>
            storage.CommitAsync(new StoreBatch().Save(name, key, document), cancel);

        public ValueTask<bool> DeleteAsync(string key, CancellationToken cancel = default)
        {
            cancel.ThrowIfCancellationRequested();
            lock (storage._lock) return ValueTask.FromResult(storage.Apply(new(name, key, null)));
        }

        public async IAsyncEnumerable<KeyValuePair<string, T>> ListAsync(string prefix = "", [EnumeratorCancellation] CancellationToken cancel = default)
        {
            KeyValuePair<string, byte[]>[] found;
            lock (storage._lock) found = [.. storage.Documents(name).Where(d => d.Key.StartsWith(prefix, StringComparison.Ordinal))];
            foreach (var (key, json) in found)
            {
                cancel.ThrowIfCancellationRequested();
                yield return new(key, StoreJson.Read<T>(name, key, json));
            }

            await ValueTask.CompletedTask;
        }
    }
}
