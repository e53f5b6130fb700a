using Edge.Storage.Files;

using Microsoft.Data.Sqlite;

namespace Edge.Storage.Sqlite;

/// <summary>
/// Documents in one SQLite file with a write-ahead log. What a call has acknowledged survives a power cut (<c>synchronous = FULL</c>); commits are
/// grouped by <see cref="SqliteWriter"/>, so that many writers share one flush. Reads run beside the writer on connections of their own.
/// </summary>
public sealed class SqliteStorage : IStorage
{
    private readonly FolderLock _lock;
    private readonly SqliteReads _reads;
    private readonly SqliteWriter _writer;

    private SqliteStorage(FolderLock folderLock, SqliteReads reads, SqliteWriter writer) => (_lock, _reads, _writer) = (folderLock, reads, writer);

    /// <summary>Opens the database, making file and folder (for this user only) where they are missing.</summary>
    /// <exception cref="StorageException">The file is no database, is damaged, is newer than this program, or is in use.</exception>
    public static SqliteStorage Open(string path, StorageOptions options)
    {
        SQLitePCL.Batteries_V2.Init();
        FolderLock? folderLock = null;
        SqliteConnection? connection = null;
        try
        {
            PrivateFile.CreateFolderOf(path);
            folderLock = FolderLock.Take(path + ".lock");
            PrivateFile.Open(path, FileShare.ReadWrite).Dispose();
            connection = Connect(path);
            Migrations.Run(connection, path);
            return new(folderLock, new SqliteReads(path), new SqliteWriter(path, connection, options));
        }
        catch (Exception error)
        {
            connection?.Dispose();
            folderLock?.Dispose();
            if (error is SqliteException or IOException or UnauthorizedAccessException) throw SqliteFault.Explain(path, error);
            throw;
        }
    }

    /// <inheritdoc/>
    public IStore<T> Open<T>(string name) where T : class => new SqliteStore<T>(_reads, _writer, StoreName.Check(name));

    /// <inheritdoc/>
    public async ValueTask CommitAsync(StoreBatch batch, CancellationToken cancel = default) =>
        await _writer.WriteAsync([.. batch.Changes], cancel).ConfigureAwait(false);

    /// <summary>Lets the database grow to this many pages: a test's way to a full disk.</summary>
    internal Task LimitPagesAsync(int pages) => _writer.LimitPagesAsync(pages);

    /// <summary>How the writer's connection flushes: <c>synchronous</c> (2 is FULL) and the journal's mode.</summary>
    internal (long Synchronous, string? Journal) Durability() => _writer.Durability();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        _reads.Close();
        _lock.Dispose();
    }

    // The writer's own; the provider's pool is for readers.
    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var settings = new SqliteCommand("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", connection);
        settings.ExecuteNonQuery();
        return connection;
    }
}
