namespace Edge.Storage;

/// <summary>Changes to one or more collections that belong together: all are written, or none is.</summary>
public sealed class StoreBatch
{
    private readonly List<StoreChange> _changes = [];

    internal IReadOnlyList<StoreChange> Changes => _changes;

    /// <summary>Adds an insert-or-replace of <paramref name="document"/> in the collection <paramref name="store"/>.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="IStorage.Open{T}"/>, or the key that of <see cref="IStore{T}"/>.</exception>
    public StoreBatch Save<T>(string store, string key, T document) where T : class
    {
        _changes.Add(new(StoreName.Check(store), StoreKey.Check(key), StoreJson.Write(document)));
        return this;
    }

    /// <summary>Adds a removal; removing what is not there is no error.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Save{T}"/>.</exception>
    public StoreBatch Delete(string store, string key)
    {
        _changes.Add(new(StoreName.Check(store), StoreKey.Check(key), null));
        return this;
    }
}

/// <summary>One change; <paramref name="Json"/> is null for a removal.</summary>
internal readonly record struct StoreChange(string Store, string Key, byte[]? Json);
