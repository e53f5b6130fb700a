using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Edge.Storage.Memory;

/// <summary>Documents in memory, serialised like anywhere else, so that a test sees what a database would keep.</summary>
public sealed class MemoryStorage : IStorage
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, byte[]>> _stores = [];

    /// <inheritdoc/>
    public IStore<T> Open<T>(string name) where T : class
    {
        lock (_lock)
        {
            if (!_stores.TryGetValue(StoreName.Check(name), out _)) _stores[name] = new(StringComparer.Ordinal);
        }

        return new Store<T>(this, name);
    }

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
        if (!_stores.TryGetValue(change.Store, out var store)) store = _stores[StoreName.Check(change.Store)] = new(StringComparer.Ordinal);
        if (change.Json is null) return store.Remove(change.Key);

        store[change.Key] = change.Json;
        return true;
    }

    private sealed class Store<T>(MemoryStorage storage, string name) : IStore<T> where T : class
    {
        public ValueTask<T?> FindAsync(string key, CancellationToken cancel = default)
        {
            cancel.ThrowIfCancellationRequested();
            byte[]? json;
            lock (storage._lock) json = storage._stores[name].GetValueOrDefault(key);
            return ValueTask.FromResult(json is null ? null : JsonSerializer.Deserialize<T>(json, StoreJson.Options));
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
            lock (storage._lock) found = [.. storage._stores[name].Where(d => d.Key.StartsWith(prefix, StringComparison.Ordinal))];
            foreach (var (key, json) in found)
            {
                cancel.ThrowIfCancellationRequested();
                yield return new(key, JsonSerializer.Deserialize<T>(json, StoreJson.Options)!);
            }

            await ValueTask.CompletedTask;
        }
    }
}
