using Edge.Storage;
using Edge.TestKit;

namespace Edge.Tests.Storage;

/// <summary>What every driver must do; the classes beside it run it on each.</summary>
public abstract class StorageTests : IAsyncDisposable
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract IStorage Storage { get; }

    protected IStore<Note> Notes => Storage.Open<Note>("notes");

    [Fact]
    public async Task What_was_saved_is_found_and_can_be_replaced()
    {
        await Notes.SaveAsync("a", new("first", 1), Cancel);
        await Notes.SaveAsync("a", new("second", 2), Cancel);

        Assert.Equal(new Note("second", 2), await Notes.FindAsync("a", Cancel));
        Assert.Null(await Notes.FindAsync("b", Cancel));
    }

    [Fact]
    public async Task Deleting_says_whether_there_was_something()
    {
        await Notes.SaveAsync("a", new("x", 1), Cancel);

        Assert.True(await Notes.DeleteAsync("a", Cancel));
        Assert.False(await Notes.DeleteAsync("a", Cancel));
        Assert.Null(await Notes.FindAsync("a", Cancel));
    }

    [Fact]
    public async Task Listing_takes_the_prefix_literally_and_keeps_the_order()
    {
        foreach (var key in new[] { "b%", "b_1", "b", "b%x", "a", "c", "B", "b\u00e5", "ba" }) await Notes.SaveAsync(key, new(key, 0), Cancel);

        Assert.Equal(["b", "b%", "b%x", "b_1", "ba", "b\u00e5"], await KeysAsync("b"));
        Assert.Equal(["b%", "b%x"], await KeysAsync("b%"));
        Assert.Equal(["b_1"], await KeysAsync("b_"));
        Assert.Equal(["B"], await KeysAsync("B"));
        Assert.Equal(9, (await KeysAsync("")).Count);
    }

    [Fact]
    public async Task Any_text_is_a_key_and_code_points_are_the_order()
    {
        string[] keys = ["", " ", "'; DROP TABLE documents; --", "\n", "\u0001", "a\u0301", "\u00e1", "\uffee", "\U0001f511", "\U0001f512", new('k', 5000)];
        foreach (var key in keys) await Notes.SaveAsync(key, new(key, 0), Cancel);

        foreach (var key in keys) Assert.Equal(key, (await Notes.FindAsync(key, Cancel))!.Text);
        // UTF-16 would put the emoji before U+FFEE.
        Assert.Equal(["", "\u0001", "\n", " ", "'; DROP TABLE documents; --", "a\u0301", new('k', 5000), "\u00e1", "\uffee", "\U0001f511", "\U0001f512"], await KeysAsync(""));
    }

    [Fact]
    public async Task What_is_no_text_is_found_nowhere_and_cannot_be_saved()
    {
        // What they would become on their way to SQLite.
        foreach (var key in new[] { "a", "\ufffd", "\ufffdx", "x\ufffd\U0001f511" }) await Notes.SaveAsync(key, new("x", 1), Cancel);

        foreach (var key in new[] { "a\0b", "\ud83d", "\udd11x", "x\ud83d\ud83d\udd11" })
        {
            Assert.Null(await Notes.FindAsync(key, Cancel));
            Assert.False(await Notes.DeleteAsync(key, Cancel));
            Assert.Empty(await KeysAsync(key));
            await Assert.ThrowsAsync<ArgumentException>(async () => await Notes.SaveAsync(key, new("x", 1), Cancel));
            Assert.Throws<ArgumentException>(() => new StoreBatch().Save("notes", key, new Note("x", 1)));
        }
    }

    [Fact]
    public async Task Long_listings_are_whole_and_may_be_changed_while_they_run()
    {
        var batch = new StoreBatch();
        for (var i = 0; i < 1000; i++) batch.Save("notes", $"k{i:0000}", new Note("x", i));
        await Storage.CommitAsync(batch, Cancel);

        var seen = 0;
        await foreach (var (key, note) in Notes.ListAsync("k", Cancel))
        {
            Assert.Equal(seen++, note.Number);
            Assert.True(await Notes.DeleteAsync(key, Cancel));
        }

        Assert.Equal(1000, seen);
        Assert.Empty(await KeysAsync(""));
    }

    [Fact]
    public async Task Collections_do_not_see_each_other()
    {
        await Storage.Open<Note>("one").SaveAsync("a", new("x", 1), Cancel);

        Assert.Null(await Storage.Open<Note>("two").FindAsync("a", Cancel));
        Assert.Empty(await Storage.Open<Note>("two").ListAsync(cancel: Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_batch_is_written_as_one_in_its_order()
    {
        await Notes.SaveAsync("old", new("x", 1), Cancel);

        await Storage.CommitAsync(
            new StoreBatch().Save("notes", "new", new Note("y", 2)).Delete("notes", "old").Delete("notes", "never")
                .Save("others", "a", new Note("z", 3)).Save("notes", "brief", new Note("z", 4)).Delete("notes", "brief"),
            Cancel);

        Assert.Equal(["new"], await KeysAsync(""));
        Assert.Equal(3, (await Storage.Open<Note>("others").FindAsync("a", Cancel))!.Number);
        await Storage.CommitAsync(new(), Cancel);
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => Notes.SaveAsync($"k{i:000}", new("x", i)).AsTask())));

        Assert.Equal(500, (await KeysAsync("")).Count);
        Assert.Equal(123, (await Notes.FindAsync("k123", Cancel))!.Number);
    }

    [Fact]
    public async Task A_writer_sees_his_own_writes_and_others_see_them_in_order()
    {
        var watching = Task.Run(async () =>
        {
            for (var last = 0; last < 200;)
            {
                var now = (await Notes.FindAsync("count", Cancel))?.Number ?? 0;
                Assert.True(now >= last);
                last = now;
            }
        }, Cancel);
        for (var i = 1; i <= 200; i++)
        {
            await Notes.SaveAsync("count", new("x", i), Cancel);
            Assert.Equal(i, (await Notes.FindAsync("count", Cancel))!.Number);
        }

        await watching;
    }

    [Fact]
    public async Task A_batch_is_seen_whole_or_not_at_all()
    {
        var writing = Task.Run(async () =>
        {
            for (var i = 1; i <= 100; i++)
                await Storage.CommitAsync(new StoreBatch().Save("notes", "left", new Note("x", i)).Save("notes", "right", new Note("x", i)), Cancel);
        }, Cancel);

        while (!writing.IsCompleted)
        {
            var both = await Notes.ListAsync(cancel: Cancel).Select(pair => pair.Value.Number).ToListAsync(Cancel);
            Assert.True(both is [] || (both.Count == 2 && both[0] == both[1]), string.Join(' ', both));
        }

        await writing;
    }

    [Fact]
    public async Task Who_gives_up_before_it_began_changes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Notes.SaveAsync("a", new("x", 1), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Notes.FindAsync("a", cancelled.Token));
        Assert.Null(await Notes.FindAsync("a", Cancel));
    }

    [Fact]
    public async Task A_document_of_another_shape_is_named()
    {
        await Storage.Open<OtherNote>("notes").SaveAsync("a", new(["not a text"]), Cancel);

        var error = await Assert.ThrowsAsync<StorageException>(async () => await Notes.FindAsync("a", Cancel));
        Assert.Contains("The document 'a' of 'notes' cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Notes")]
    [InlineData("no tes")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void A_bad_name_of_a_collection_is_a_bug(string name)
    {
        Assert.Throws<ArgumentException>(() => Storage.Open<Note>(name));
        Assert.Throws<ArgumentException>(() => new StoreBatch().Delete(name, "key"));
    }

    public abstract ValueTask DisposeAsync();

    protected async Task<List<string>> KeysAsync(string prefix) => await Notes.ListAsync(prefix, Cancel).Select(pair => pair.Key).ToListAsync(Cancel);

    private sealed record OtherNote(string[] Text);
}

public sealed record Note(string Text, int Number);
