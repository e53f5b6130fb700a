namespace Edge.Storage;

/// <summary>
/// A named collection of documents of one type, found by key. A caller names a document type and never sees SQL.
/// Documents are immutable records, serialised as JSON; keys are compared ordinally.
/// </summary>
public interface IStore<T> where T : class
{
    /// <summary>The document under <paramref name="key"/>, or null where there is none.</summary>
    ValueTask<T?> FindAsync(string key, CancellationToken cancel = default);

    /// <summary>Inserts or replaces; completes when the document would survive a power cut.</summary>
    ValueTask SaveAsync(string key, T document, CancellationToken cancel = default);

    /// <summary>Removes durably. False where there was nothing to remove.</summary>
    ValueTask<bool> DeleteAsync(string key, CancellationToken cancel = default);

    /// <summary>All documents whose key begins with <paramref name="prefix"/>, in ordinal key order.</summary>
    IAsyncEnumerable<KeyValuePair<string, T>> ListAsync(string prefix = "", CancellationToken cancel = default);
}
