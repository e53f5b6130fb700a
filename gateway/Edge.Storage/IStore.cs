namespace Edge.Storage;

/// <summary>
/// A named collection of documents of one type, found by key. A caller names a document type and never sees SQL.
/// Documents are immutable records, serialised as JSON. Keys are well-formed text without NUL, compared by code point; what is no
/// such key is found nowhere, and to save under it throws <see cref="ArgumentException"/>.
/// Where the storage cannot do it (full disk, damaged database), every member throws <see cref="StorageException"/>.
/// </summary>
public interface IStore<T> where T : class
{
    /// <summary>The document under <paramref name="key"/>, or null where there is none.</summary>
    ValueTask<T?> FindAsync(string key, CancellationToken cancel = default);

    /// <summary>Inserts or replaces; completes when the document would survive a power cut.</summary>
    ValueTask SaveAsync(string key, T document, CancellationToken cancel = default);

    /// <summary>Removes durably. False where there was nothing to remove.</summary>
    ValueTask<bool> DeleteAsync(string key, CancellationToken cancel = default);

    /// <summary>All documents whose key begins with <paramref name="prefix"/>, in the order of their keys. What is changed while the
    /// listing runs may or may not be seen.</summary>
    IAsyncEnumerable<KeyValuePair<string, T>> ListAsync(string prefix = "", CancellationToken cancel = default);
}
