using System.Threading.Channels;

using Microsoft.Data.Sqlite;

namespace Edge.Storage.Sqlite;

/// <summary>
/// The one writer of a database. It takes what waits and commits it as one transaction, so that one flush of the disk serves many callers. Where
/// that fails, each caller's changes are committed by themselves: who asked for the impossible fails alone.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;
    private readonly SqliteCommand _save;
    private readonly SqliteCommand _delete;
    private readonly Channel<Pending> _queue;
    private readonly Task _loop;
    private readonly int _maxBatch;

    public SqliteWriter(string path, SqliteConnection connection, StorageOptions options)
    {
        _path = path;
        _connection = connection;
        _maxBatch = options.MaxBatch;
        (_begin, _commit, _rollback) = (new("BEGIN IMMEDIATE", connection), new("COMMIT", connection), new("ROLLBACK", connection));
        _save = Prepare("INSERT INTO documents (store, key, json) VALUES ($store, $key, $json) ON CONFLICT (store, key) DO UPDATE SET json = excluded.json", SqliteType.Blob);
        _delete = Prepare("DELETE FROM documents WHERE store = $store AND key = $key", null);
        _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(options.MaxPendingWrites) { SingleReader = true });
        // A thread of its own: a flush blocks for as long as the card takes, and must not hold a thread that serves connections.
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Queues changes that belong together; completes, with the rows they touched, when they are on disk. Where
    /// <c>storage:maxPendingWrites</c> are waiting already, this one waits for its place, too.</summary>
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

    internal (long Synchronous, string? Journal) Durability()
    {
        using var synchronous = new SqliteCommand("PRAGMA synchronous", _connection);
        using var journal = new SqliteCommand("PRAGMA journal_mode", _connection);
        return ((long)synchronous.ExecuteScalar()!, (string?)journal.ExecuteScalar());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        foreach (var command in new[] { _begin, _commit, _rollback, _save, _delete }) await command.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private void Run()
    {
        var group = new List<Pending>(_maxBatch);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (group.Count < _maxBatch && _queue.Reader.TryRead(out var pending)) group.Add(pending);
            if (TryCommit(group) is { } error) CommitEach(group, error);
            group.Clear();
        }
    }

    private void CommitEach(List<Pending> group, Exception error)
    {
        foreach (var pending in group)
            if ((group.Count == 1 ? error : TryCommit([pending])) is { } own) pending.Done.TrySetException(SqliteFault.Explain(_path, own));
    }

    /// <summary>Writes all of the group and tells its callers, or does neither and says why.</summary>
    private Exception? TryCommit(List<Pending> group)
    {
        try
        {
            Execute(_begin);
            foreach (var pending in group) pending.Rows = pending.Changes.Sum(Apply);
            Execute(_commit);
        }
        catch (Exception error) // whatever it is, a caller must hear of it, and the next group has its chance
        {
            RollBack();
            return error;
        }

        foreach (var pending in group) pending.Done.TrySetResult(pending.Rows);
        return null;
    }

    // With its own statements, not SqliteTransaction: on a full or failing disk SQLite rolls back by itself (https://sqlite.org/lang_transaction.html), which
    // leaves that object, and with it the connection, in a transaction for ever.
    private void RollBack()
    {
        try
        {
            Execute(_rollback);
        }
        catch (SqliteException)
        {
            // SQLite has done it.
        }
    }

    private static void Execute(SqliteCommand statement) => statement.ExecuteNonQuery();

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
        public IReadOnlyList<StoreChange> Changes => changes;

        /// <summary>The rows that they touched.</summary>
        public int Rows { get; set; }

        public TaskCompletionSource<int> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
