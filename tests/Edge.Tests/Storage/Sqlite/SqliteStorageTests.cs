using System.Text.Json.Serialization;

using Edge.Storage;
using Edge.Storage.Sqlite;
using Edge.TestKit;

using Microsoft.Data.Sqlite;

namespace Edge.Tests.Storage.Sqlite;

public sealed class SqliteStorageTests : StorageTests
{
    private readonly TempFolder _folder = new();
    private readonly Lazy<SqliteStorage> _storage;

    public SqliteStorageTests() => _storage = new(() => SqliteStorage.Open(Database, new()));

    protected override IStorage Storage => _storage.Value;

    private string Database => _folder.File("edge.db");

    [Fact]
    public async Task Documents_survive_closing_and_opening()
    {
        await Notes.SaveAsync("a", new("kept", 1), Cancel);
        await Storage.DisposeAsync();

        await using var again = SqliteStorage.Open(Database, new());
        Assert.Equal("kept", (await again.Open<Note>("notes").FindAsync("a", Cancel))!.Text);
    }

    [Fact]
    public async Task What_waits_is_written_before_the_storage_closes()
    {
        var saves = Enumerable.Range(0, 200).Select(i => Notes.SaveAsync($"k{i}", new("x", i)).AsTask()).ToList();
        await Storage.DisposeAsync();
        await Task.WhenAll(saves);

        await using var again = SqliteStorage.Open(Database, new());
        Assert.Equal(200, await again.Open<Note>("notes").ListAsync(cancel: Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task Folder_and_files_are_for_this_user_only()
    {
        var path = _folder.File("deep/down/edge.db");
        await using var storage = SqliteStorage.Open(path, new());
        await storage.Open<Note>("notes").SaveAsync("a", new("x", 1), Cancel);

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.All(Directory.GetFiles(Path.GetDirectoryName(path)!), file => Assert.Equal(Owner, File.GetUnixFileMode(file)));
        Assert.Contains(path + "-wal", Directory.GetFiles(Path.GetDirectoryName(path)!));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task Reading_waits_for_the_disk_on_another_thread_than_the_one_that_asks()
    {
        await Storage.Open<Note>("threads").SaveAsync("a", new("x", 1), Cancel);
        var threads = Storage.Open<WhereRead>("threads");
        var found = new TaskCompletionSource<Task<WhereRead?>>();
        var asking = new Thread(() => found.SetResult(threads.FindAsync("a").AsTask())) { IsBackground = true };
        asking.Start();

        Assert.True((await await found.Task)!.IsOnPool);
    }

    [Fact]
    public void A_second_gateway_on_the_same_data_is_refused_with_the_remedy()
    {
        _ = Storage;

        var error = Assert.Throws<StorageException>(() => SqliteStorage.Open(Database, new()));
        Assert.Contains("held by another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named_with_the_remedy()
    {
        File.WriteAllText(_folder.File("data"), "a file where a folder should be");

        var error = Assert.Throws<StorageException>(() => SqliteStorage.Open(_folder.File("data/edge.db"), new()));
        Assert.Contains("data/edge.db cannot be written", error.Message, StringComparison.Ordinal);
        Assert.Contains("give this user the right", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named_and_left_alone()
    {
        File.WriteAllText(Database, new string('x', 5000));

        var error = Assert.Throws<StorageException>(() => _ = Storage);

        Assert.Contains(Database, error.Message, StringComparison.Ordinal);
        Assert.Contains("put a backup in its place", error.Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), File.ReadAllText(Database));
    }

    [Fact]
    public async Task Damage_inside_the_database_is_named_when_it_is_met_and_left_alone()
    {
        for (var i = 0; i < 50; i++) await Notes.SaveAsync($"k{i:00}", new(new string('x', 2000), i), Cancel);
        await Storage.DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(Database, Cancel);
        bytes.AsSpan(8192).Fill(0xA5); // the header and the schema stay, the documents do not
        await File.WriteAllBytesAsync(Database, bytes, Cancel);

        await using var damaged = SqliteStorage.Open(Database, new());
        var error = await Assert.ThrowsAsync<StorageException>(async () => await damaged.Open<Note>("notes").ListAsync(cancel: Cancel).CountAsync(Cancel));
        Assert.Contains($"{Database} is damaged", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageException>(async () => await damaged.Open<Note>("notes").SaveAsync("k00", new("x", 1), Cancel));
        Assert.Equal(bytes.Length, new FileInfo(Database).Length);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_and_left_alone()
    {
        await Notes.SaveAsync("a", new("x", 1), Cancel);
        await Storage.DisposeAsync();
        await ExecuteAsync("PRAGMA user_version = 999");

        var error = Assert.Throws<StorageException>(() => SqliteStorage.Open(Database, new()));
        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);

        await ExecuteAsync("PRAGMA user_version = 1");
        await using var again = SqliteStorage.Open(Database, new());
        Assert.NotNull(await again.Open<Note>("notes").FindAsync("a", Cancel));
    }

    [Fact]
    public async Task A_full_disk_is_told_and_the_store_goes_on_when_there_is_space_again()
    {
        await Notes.SaveAsync("a", new("x", 1), Cancel);
        // SQLite's own page limit fails in the same way as a full disk does: SQLITE_FULL.
        await _storage.Value.LimitPagesAsync(8);

        var error = await Assert.ThrowsAsync<StorageException>(async () => await Notes.SaveAsync("big", new(new string('x', 200_000), 1), Cancel));
        Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        Assert.NotNull(await Notes.FindAsync("a", Cancel));

        await _storage.Value.LimitPagesAsync(1_000_000);
        await Notes.SaveAsync("big", new(new string('x', 200_000), 1), Cancel);
        Assert.NotNull(await Notes.FindAsync("big", Cancel));
    }

    [Fact]
    public async Task Who_asks_for_more_than_there_is_space_fails_alone()
    {
        await Notes.SaveAsync("a", new("x", 1), Cancel);
        await _storage.Value.LimitPagesAsync(40);

        var saves = Enumerable.Range(0, 40).Select(i => Notes.SaveAsync($"k{i:00}", new(new string('x', i % 10 == 0 ? 500_000 : 100), i)).AsTask()).ToList();
        await Task.WhenAll(saves.Select(save => save.ContinueWith(_ => { }, Cancel, TaskContinuationOptions.None, TaskScheduler.Default)));

        Assert.Equal([0, 10, 20, 30], Enumerable.Range(0, 40).Where(i => saves[i].IsFaulted));
        Assert.Equal(37, (await KeysAsync("")).Count);
    }

    [Fact]
    public async Task A_batch_that_does_not_fit_leaves_nothing_behind()
    {
        await _storage.Value.LimitPagesAsync(20);

        await Assert.ThrowsAsync<StorageException>(async () =>
            await Storage.CommitAsync(new StoreBatch().Save("notes", "small", new Note("x", 1)).Save("notes", "big", new Note(new string('x', 500_000), 2)), Cancel));

        Assert.Empty(await KeysAsync(""));
    }

    [Fact]
    public async Task More_writers_than_may_wait_take_their_turns()
    {
        await using var small = SqliteStorage.Open(_folder.File("small.db"), new() { MaxPendingWrites = 1, MaxBatch = 1 });
        var notes = small.Open<Note>("notes");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => notes.SaveAsync($"k{i}", new("x", i)).AsTask())));

        Assert.Equal(50, await notes.ListAsync(cancel: Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task What_is_acknowledged_is_flushed_to_the_disk()
    {
        await Notes.SaveAsync("a", new("x", 1), Cancel);

        Assert.Equal((2, "wal"), _storage.Value.Durability());
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        await new SqliteCommand(sql, connection).ExecuteNonQueryAsync(Cancel);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_storage.IsValueCreated) await Storage.DisposeAsync();
        _folder.Dispose();
    }

    // Made where its document is read.
    private sealed class WhereRead
    {
        [JsonIgnore]
        public bool IsOnPool { get; } = Thread.CurrentThread.IsThreadPoolThread;
    }
}
