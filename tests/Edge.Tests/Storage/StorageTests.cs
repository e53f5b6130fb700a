using Edge.Storage;
using Edge.Storage.Memory;
using Edge.Storage.Sqlite;
using Edge.TestKit;

namespace Edge.Tests.Storage;

/// <summary>What every driver must do; the classes below run it on each.</summary>
public abstract class StorageTests : IAsyncDisposable
{
    protected abstract IStorage Storage { get; }

    [Fact]
    public async Task What_was_saved_is_found_and_can_be_replaced()
    {
        var store = Storage.Open<Note>("notes");
        await store.SaveAsync("a", new("first", 1), TestContext.Current.CancellationToken);
        await store.SaveAsync("a", new("second", 2), TestContext.Current.CancellationToken);

        Assert.Equal(new Note("second", 2), await store.FindAsync("a", TestContext.Current.CancellationToken));
        Assert.Null(await store.FindAsync("b", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Deleting_says_whether_there_was_something()
    {
        var store = Storage.Open<Note>("notes");
        await store.SaveAsync("a", new("x", 1), TestContext.Current.CancellationToken);

        Assert.True(await store.DeleteAsync("a", TestContext.Current.CancellationToken));
        Assert.False(await store.DeleteAsync("a", TestContext.Current.CancellationToken));
        Assert.Null(await store.FindAsync("a", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Listing_takes_the_prefix_literally_and_keeps_the_order()
    {
        var store = Storage.Open<Note>("notes");
        foreach (var key in new[] { "b%", "b_1", "b", "b%x", "a", "c", "B", "b\u00e5" }) await store.SaveAsync(key, new(key, 0), TestContext.Current.CancellationToken);

        Assert.Equal(["b", "b%", "b%x", "b_1", "b\u00e5"], await KeysAsync(store, "b"));
        Assert.Equal(["b%", "b%x"], await KeysAsync(store, "b%"));
        Assert.Equal(8, (await KeysAsync(store, "")).Count);
    }

    [Fact]
    public async Task Collections_do_not_see_each_other()
    {
        await Storage.Open<Note>("one").SaveAsync("a", new("x", 1), TestContext.Current.CancellationToken);

        Assert.Null(await Storage.Open<Note>("two").FindAsync("a", TestContext.Current.CancellationToken));
        Assert.Empty(await KeysAsync(Storage.Open<Note>("two"), ""));
    }

    [Fact]
    public async Task A_batch_is_written_as_one()
    {
        var notes = Storage.Open<Note>("notes");
        await notes.SaveAsync("old", new("x", 1), TestContext.Current.CancellationToken);

        await Storage.CommitAsync(new StoreBatch().Save("notes", "new", new Note("y", 2)).Delete("notes", "old").Delete("notes", "never"), TestContext.Current.CancellationToken);

        Assert.Equal(["new"], await KeysAsync(notes, ""));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing()
    {
        var store = Storage.Open<Note>("notes");
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => store.SaveAsync($"k{i:000}", new("x", i)).AsTask()));

        Assert.Equal(500, (await KeysAsync(store, "")).Count);
        Assert.Equal(123, (await store.FindAsync("k123", TestContext.Current.CancellationToken))!.Number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Notes")]
    [InlineData("no tes")]
    public void A_bad_name_of_a_collection_is_a_bug(string name) => Assert.Throws<ArgumentException>(() => Storage.Open<Note>(name));

    public abstract ValueTask DisposeAsync();

    protected static async Task<List<string>> KeysAsync(IStore<Note> store, string prefix)
    {
        List<string> keys = [];
        await foreach (var (key, _) in store.ListAsync(prefix)) keys.Add(key);
        return keys;
    }
}

public sealed class MemoryStorageTests : StorageTests
{
    protected override IStorage Storage { get; } = new MemoryStorage();

    public override ValueTask DisposeAsync() => Storage.DisposeAsync();
}

public sealed class SqliteStorageTests : StorageTests
{
    private readonly TempFolder _folder = new();
    private readonly Lazy<SqliteStorage> _storage;

    public SqliteStorageTests() => _storage = new(() => SqliteStorage.Open(_folder.File("edge.db"), new()));

    protected override IStorage Storage => _storage.Value;

    [Fact]
    public async Task Documents_survive_closing_and_opening()
    {
        await Storage.Open<Note>("notes").SaveAsync("a", new("kept", 1), TestContext.Current.CancellationToken);
        await Storage.DisposeAsync();

        await using var again = SqliteStorage.Open(_folder.File("edge.db"), new());
        Assert.Equal("kept", (await again.Open<Note>("notes").FindAsync("a", TestContext.Current.CancellationToken))!.Text);
    }

    [Fact]
    public void The_files_are_readable_by_this_user_only()
    {
        _ = Storage;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("edge.db")));
    }

    [Fact]
    public void A_second_gateway_on_the_same_data_is_refused_with_the_remedy()
    {
        _ = Storage;

        var error = Assert.Throws<StorageException>(() => SqliteStorage.Open(_folder.File("edge.db"), new()));
        Assert.Contains("held by another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named_and_left_alone()
    {
        File.WriteAllText(_folder.File("edge.db"), new string('x', 5000));

        var error = Assert.Throws<StorageException>(() => _ = Storage);

        Assert.Contains("edge.db", error.Message, StringComparison.Ordinal);
        Assert.Equal(5000, new FileInfo(_folder.File("edge.db")).Length);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused()
    {
        await Storage.DisposeAsync();
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder.File("edge.db")}"))
        {
            connection.Open();
            await new Microsoft.Data.Sqlite.SqliteCommand("PRAGMA user_version = 999", connection).ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var error = Assert.Throws<StorageException>(() => SqliteStorage.Open(_folder.File("edge.db"), new()));
        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_told_and_the_store_goes_on_when_there_is_space_again()
    {
        var store = Storage.Open<Note>("notes");
        await store.SaveAsync("a", new("x", 1), TestContext.Current.CancellationToken);
        // SQLite's own page limit fails in the same way as a full disk does: SQLITE_FULL.
        await ((SqliteStorage)Storage).LimitPagesAsync(8);

        var error = await Assert.ThrowsAsync<StorageException>(async () => await store.SaveAsync("big", new(new string('x', 200_000), 1), TestContext.Current.CancellationToken));
        Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        Assert.NotNull(await store.FindAsync("a", TestContext.Current.CancellationToken));

        await ((SqliteStorage)Storage).LimitPagesAsync(1_000_000);
        await store.SaveAsync("big", new(new string('x', 200_000), 1), TestContext.Current.CancellationToken);
        Assert.NotNull(await store.FindAsync("big", TestContext.Current.CancellationToken));
    }

    public override async ValueTask DisposeAsync()
    {
        if (_storage.IsValueCreated) await Storage.DisposeAsync();
        _folder.Dispose();
    }
}

public sealed record Note(string Text, int Number);
