namespace Edge.Storage;

/// <summary>Where documents live: memory or SQLite today. Opens collections and commits several changes as one.</summary>
public interface IStorage : IAsyncDisposable
{
    /// <summary>Opens the collection <paramref name="name"/> (<c>[a-z0-9-]{1,64}</c>), making it on first use.</summary>
    IStore<T> Open<T>(string name) where T : class;

    /// <summary>Writes every change of <paramref name="batch"/> or none; completes when they are durable.</summary>
    ValueTask CommitAsync(StoreBatch batch, CancellationToken cancel = default);
}
