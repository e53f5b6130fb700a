using System.Runtime.CompilerServices;
using System.Text.Json;

using Edge.Storage;

namespace Edge.Tests.Mqtt.Harness;

/// <summary>A store in memory that a test can look into, slow down, break, and hand to a second broker as if the first had lost its power.</summary>
internal sealed class FakeStorage : IStorage
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, byte[]> _documents = new(StringComparer.Ordinal);

    /// <summary>Completes commits; a test replaces it to hold them back, or to fail them.</summary>
    public Func<Task> BeforeCommit { get; set; } = () => Task.CompletedTask;

    public int Commits { get; private set; }

    /// <summary>Where the message log lies.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("edge-test-").FullName;

    public int Count(string store)
    {
        lock (_lock) return _documents.Keys.Count(k => k.StartsWith(store + "\n", StringComparison.Ordinal));
    }

    /// <summary>What is durable at this moment, as another store: what a restart after a power cut finds.</summary>
    public FakeStorage Snapshot()
    {
        var copy = new FakeStorage();
        lock (_lock)
            foreach (var (key, value) in _documents) copy._documents.Add(key, value);

        var log = Path.Combine(Folder, "mqtt-log");
        if (!Directory.Exists(log)) return copy;

        var to = Directory.CreateDirectory(Path.Combine(copy.Folder, "mqtt-log")).FullName;
        foreach (var file in Directory.GetFiles(log, "*.log")) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        return copy;
    }

    public IStore<T> Open<T>(string name) where T : class => new Store<T>(this, name);

    public async ValueTask CommitAsync(StoreBatch batch, CancellationToken cancel = default)
    {
        await BeforeCommit();
        lock (_lock)
        {
            Commits++;
            foreach (var (store, key, json) in batch.Changes)
            {
                if (json is null) _documents.Remove(store + "\n" + key);
                else _documents[store + "\n" + key] = json;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        return default;
    }

    private sealed class Store<T>(FakeStorage storage, string name) : IStore<T> where T : class
    {
        public ValueTask<T?> FindAsync(string key, CancellationToken cancel = default)
        {
            lock (storage._lock) return new(storage._documents.TryGetValue(name + "\n" + key, out var json) ? Read(json) : null);
        }

        public ValueTask SaveAsync(string key, T document, CancellationToken cancel = default) =>
            storage.CommitAsync(new StoreBatch().Save(name, key, document), cancel);

        public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancel = default)
        {
            var isThere = await FindAsync(key, cancel) is not null;
            await storage.CommitAsync(new StoreBatch().Delete(name, key), cancel);
            return isThere;
        }

        public async IAsyncEnumerable<KeyValuePair<string, T>> ListAsync(string prefix = "", [EnumeratorCancellation] CancellationToken cancel = default)
        {
            KeyValuePair<string, byte[]>[] found;
            lock (storage._lock) found = [.. storage._documents.Where(d => d.Key.StartsWith(name + "\n" + prefix, StringComparison.Ordinal))];
            foreach (var (key, json) in found) yield return new(key[(name.Length + 1)..], Read(json)!);
            await Task.CompletedTask;
        }

        private static T? Read(byte[] json) => JsonSerializer.Deserialize<T>(json, StoreJson.Options);
    }
}
