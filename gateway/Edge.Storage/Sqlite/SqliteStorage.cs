using System.Runtime.CompilerServices;
using System.Text.Json;

using Microsoft.Data.Sqlite;

namespace Edge.Storage.Sqlite;

/// <summary>
/// Documents in one SQLite file with a write-ahead log. What a call has acknowledged survives a power cut (<c>synchronous = FULL</c>); commits are
/// grouped by <see cref="SqliteWriter"/>, so that many writers share one flush. Reads run beside the writer on connections of their own.
/// </summary>
public sealed class SqliteStorage : IStorage
{
    private readonly string _connectionString;
    private readonly FolderLock _lock;
    private readonly SqliteWriter _writer;

    private SqliteStorage(string connectionString, FolderLock folderLock, SqliteWriter writer) =>
        (_connectionString, _lock, _writer) = (connectionString, folderLock, writer);

    /// <summary>Opens the database, making file and folder (for this user only) where they are missing.</summary>
    /// <exception cref="StorageException">The file is no database, is damaged, is newer than this program, or is in use.</exception>
    public static SqliteStorage Open(string path, StorageOptions options)
    {
        SQLitePCL.Batteries_V2.Init();
        PrivateFile.CreateFolderOf(path);
        var folderLock = FolderLock.Take(path + ".lock");
        PrivateFile.Open(path, FileShare.ReadWrite).Dispose();
        try
        {
            var connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
            var connection = new SqliteConnection(connectionString);
            connection.Open();
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, "PRAGMA synchronous = FULL");
            Migrations.Run(connection, path);
            return new(connectionString, folderLock, new SqliteWriter(connection, options));
        }
        catch (SqliteException error)
        {
            folderLock.Dispose();
            throw new StorageException($"{path} cannot be opened ({error.Message}). Nothing was changed: move the file away to begin anew, or put a backup in its place.", error);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IStore<T> Open<T>(string name) where T : class => new Store<T>(this, StoreName.Check(name));

    /// <inheritdoc/>
    public async ValueTask CommitAsync(StoreBatch batch, CancellationToken cancel = default)
    {
        foreach (var change in batch.Changes) StoreName.Check(change.Store);
        await _writer.WriteAsync(batch.Changes, cancel).ConfigureAwait(false);
    }

    /// <summary>Lets the database grow to this many pages: a test's way to a full disk.</summary>
    internal Task LimitPagesAsync(int pages) => _writer.LimitPagesAsync(pages);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
        _lock.Dispose();
    }

    private SqliteConnection Read()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private sealed class Store<T>(SqliteStorage storage, string name) : IStore<T> where T : class
    {
        public ValueTask<T?> FindAsync(string key, CancellationToken cancel = default)
        {
            cancel.ThrowIfCancellationRequested();
            using var connection = storage.Read();
            using var command = new SqliteCommand("SELECT json FROM documents WHERE store = $store AND key = $key", connection);
            command.Parameters.AddWithValue("$store", name);
            command.Parameters.AddWithValue("$key", key);
            return ValueTask.FromResult(command.ExecuteScalar() is byte[] json ? JsonSerializer.Deserialize<T>(json, StoreJson.Options) : null);
        }

        public async ValueTask SaveAsync(string key, T document, CancellationToken cancel = default) =>
            await storage._writer.WriteAsync([new(name, key, JsonSerializer.SerializeToUtf8Bytes(document, StoreJson.Options))], cancel).ConfigureAwait(false);

        public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancel = default) =>
            await storage._writer.WriteAsync([new(name, key, null)], cancel).ConfigureAwait(false) > 0;

        public async IAsyncEnumerable<KeyValuePair<string, T>> ListAsync(string prefix = "", [EnumeratorCancellation] CancellationToken cancel = default)
        {
            using var connection = storage.Read();
            // Keys are ordered by their bytes, so those with the prefix stand together and begin at the prefix itself.
            using var command = new SqliteCommand("SELECT key, json FROM documents WHERE store = $store AND key >= $prefix ORDER BY key", connection);
            command.Parameters.AddWithValue("$store", name);
            command.Parameters.AddWithValue("$prefix", prefix);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                cancel.ThrowIfCancellationRequested();
                var key = reader.GetString(0);
                if (!key.StartsWith(prefix, StringComparison.Ordinal)) break;

                yield return new(key, JsonSerializer.Deserialize<T>(reader.GetFieldValue<byte[]>(1), StoreJson.Options)!);
            }

            await ValueTask.CompletedTask;
        }
    }
}
