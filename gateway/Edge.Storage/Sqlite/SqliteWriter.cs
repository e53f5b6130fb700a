using System.Threading.Channels;

using Microsoft.Data.Sqlite;

namespace Edge.Storage.Sqlite;

/// <summary>
/// The one writer of a database. It takes what waits, commits it as one transaction, and tells each caller how his own change went: a change that
/// fails is undone by its savepoint and fails its caller only; a commit that fails (the disk is full) fails all that were in it.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int DiskFull = 13; // SQLITE_FULL

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _save;
    private readonly SqliteCommand _delete;
    private readonly Channel<Pending> _queue;
    private readonly Task _loop;
    private readonly int _maxBatch;

    public SqliteWriter(SqliteConnection connection, StorageOptions options)
    {
        _connection = connection;
        _maxBatch = options.MaxBatch;
        _save = Prepare("INSERT INTO documents (store, key, json) VALUES ($store, $key, $json) ON CONFLICT (store, key) DO UPDATE SET json = excluded.json", SqliteType.Blob);
        _delete = Prepare("DELETE FROM documents WHERE store = $store AND key = $key", null);
        _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(options.MaxPendingWrites) { SingleReader = true });
        // A thread of its own: a flush blocks for as long as the card takes, and must not hold a thread that serves connections.
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Queues changes that belong together; completes, with the rows they touched, when they are on disk.</summary>
    /// <exception cref="StorageException">They could not be written; none of them was.</exception>
    public async Task<int> WriteAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancel)
    {
        if (changes.Count == 0) return 0;

        var pending = new Pending(changes);
        await _queue.Writer.WriteAsync(pending, cancel).ConfigureAwait(false);
        return await pending.Done.Task.ConfigureAwait(false); // once queued it will be written: to cancel now would be to lie
    }

    internal async Task LimitPagesAsync(int pages)
    {
        using var command = new SqliteCommand($"PRAGMA max_page_count = {pages}", _connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        await _save.DisposeAsync().ConfigureAwait(false);
        await _delete.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private void Run()
    {
        var batch = new List<Pending>(_maxBatch);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < _maxBatch && _queue.Reader.TryRead(out var pending)) batch.Add(pending);
            Commit(batch);
            batch.Clear();
        }
    }

    private void Commit(List<Pending> batch)
    {
        try
        {
            using (var transaction = _connection.BeginTransaction())
            {
                _save.Transaction = _delete.Transaction = transaction;
                foreach (var pending in batch) Apply(transaction, pending);
                transaction.Commit();
            }

            foreach (var pending in batch) pending.Succeed();
        }
        catch (Exception error) when (error is SqliteException or InvalidOperationException)
        {
            foreach (var pending in batch) pending.Fail(error);
        }

        foreach (var pending in batch) pending.Tell();
    }

    private void Apply(SqliteTransaction transaction, Pending pending)
    {
        const string Savepoint = "change";
        transaction.Save(Savepoint);
        try
        {
            foreach (var change in pending.Changes) pending.Rows += Apply(change);
            transaction.Release(Savepoint);
        }
        catch (SqliteException error) when (error.SqliteErrorCode != DiskFull) // a full disk ends the transaction itself
        {
            transaction.Rollback(Savepoint);
            pending.Fail(error);
        }
    }

    private int Apply(StoreChange change)
    {
        var command = change.Json is null ? _delete : _save;
        command.Parameters["$store"].Value = change.Store;
        command.Parameters["$key"].Value = change.Key;
        if (change.Json is not null) command.Parameters["$json"].Value = change.Json;
        return command.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql, SqliteType? json)
    {
        var command = new SqliteCommand(sql, _connection);
        command.Parameters.Add("$store", SqliteType.Text);
        command.Parameters.Add("$key", SqliteType.Text);
        if (json is { } type) command.Parameters.Add("$json", type);
        return command;
    }

    private sealed class Pending(IReadOnlyList<StoreChange> changes)
    {
        private Exception? _error;

        public IReadOnlyList<StoreChange> Changes => changes;

        public int Rows { get; set; }

        public TaskCompletionSource<int> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Succeed()
        {
            if (_error is null) Done.TrySetResult(Rows);
        }

        public void Fail(Exception error) => _error ??= error;

        public void Tell()
        {
            if (_error is null) return;

            var text = _error is SqliteException { SqliteErrorCode: DiskFull }
                ? "The disk is full: nothing was stored. Free some space; no restart is needed."
                : $"The database could not be written ({_error.Message}).";
            Done.TrySetException(new StorageException(text, _error));
        }
    }
}
