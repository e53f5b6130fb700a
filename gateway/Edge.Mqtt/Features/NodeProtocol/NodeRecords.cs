using System.Collections.Concurrent;

using Edge.Storage;

namespace Edge.Mqtt.Features.NodeProtocol;

/// <summary>The records of all nodes: read once, then in memory; a change is durable before it is seen.</summary>
internal sealed class NodeRecords(IStorage storage) : IDisposable
{
    private readonly IStore<NodeRecord> _store = storage.Open<NodeRecord>("nodes");
    private readonly ConcurrentDictionary<string, NodeRecord> _records = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>How many there are.</summary>
    public int Count => _records.Count;

    /// <summary>All of them.</summary>
    public IEnumerable<NodeRecord> All => _records.Values;

    /// <summary>Reads what was kept.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await foreach (var (nodeId, record) in _store.ListAsync("", cancel)) _records.TryAdd(nodeId, record);
    }

    /// <summary>The record of a node, or null.</summary>
    public NodeRecord? Find(string nodeId) => _records.GetValueOrDefault(nodeId);

    /// <summary>Changes, or with <paramref name="make"/> makes, a record. A change that returns the same record writes nothing.</summary>
    /// <returns>The record as it is now; null where there is none and none was made.</returns>
    public async ValueTask<NodeRecord?> UpdateAsync(
        string nodeId, Func<NodeRecord, NodeRecord> change, Func<NodeRecord?>? make = null, CancellationToken cancel = default)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            var before = Find(nodeId);
            if ((before ?? make?.Invoke()) is not { } start) return null;

            var after = change(start);
            if (ReferenceEquals(after, before)) return before;

            await _store.SaveAsync(nodeId, after, cancel);
            return _records[nodeId] = after;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writing.Dispose();
}
