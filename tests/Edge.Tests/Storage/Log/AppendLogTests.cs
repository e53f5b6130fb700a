using Edge.Storage;
using Edge.Storage.Log;
using Edge.TestKit;

namespace Edge.Tests.Storage.Log;

public sealed class AppendLogTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly KeyOwner _owner = new();

    [Fact]
    public async Task What_was_written_is_found_again_in_its_order()
    {
        await using (var log = LogHarness.Open(_disk, _owner))
        {
            for (var i = 100; i > 0; i--) await log.WriteAsync(KeyOwner.Put(i));
            await log.WriteAsync(KeyOwner.Remove(50));
        }

        var found = await LogHarness.ReadAsync(_disk);
        Assert.Equal(Enumerable.Range(1, 100).Reverse().Where(i => i != 50).Select(i => (long)i), found.Loaded);
        Assert.Empty(found.Damage);
    }

    [Fact]
    public async Task Waiters_are_called_in_the_order_of_posting_from_many_threads()
    {
        var called = new List<int>[8];
        await using (var log = LogHarness.Open(_disk, _owner))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
            {
                called[thread] = [];
                for (var i = 0; i < 500; i++) log.Post(KeyOwner.Put((thread * 1000) + i), new Call(called[thread], i));
                await log.WriteAsync(KeyOwner.Put((thread * 1000) + 999));
            })));
        }

        Assert.All(called, calls => Assert.Equal(Enumerable.Range(0, 500), calls));
        Assert.Equal(8 * 501, (await LogHarness.ReadAsync(_disk)).Keys.Count);
        Assert.True(_disk.Flushes < 8 * 501, "Many share one flush.");
    }

    [Fact]
    public async Task Notes_that_something_is_done_with_wait_for_company_and_cost_no_flush()
    {
        var clock = new ManualClock();
        await using var log = LogHarness.Open(_disk, _owner, clock: clock);
        await log.WriteAsync(KeyOwner.Put(1));
        var (flushes, written) = (_disk.Flushes, log.Figures.BytesWritten);

        log.Post(KeyOwner.Remove(1), null);
        Assert.Equal(written, log.Figures.BytesWritten);
        clock.Advance(TimeSpan.FromSeconds(1));

        await Eventually.HoldsAsync(() => log.Figures.BytesWritten > written);
        Assert.Equal(flushes, _disk.Flushes);
    }

    [Fact]
    public async Task What_is_in_line_is_written_before_the_log_closes()
    {
        var log = LogHarness.Open(_disk, _owner);
        var writes = Enumerable.Range(0, 200).Select(i => log.WriteAsync(KeyOwner.Put(i))).ToList();
        log.Post(KeyOwner.Remove(7), null);
        await log.DisposeAsync();
        await Task.WhenAll(writes);

        Assert.Equal(Enumerable.Range(0, 200).Where(i => i != 7).Select(i => (long)i), (await LogHarness.ReadAsync(_disk)).Keys);
        await Assert.ThrowsAsync<StorageException>(() => log.WriteAsync(KeyOwner.Put(1)));
    }

    [Fact]
    public async Task Entries_return_to_their_owner()
    {
        await using (var log = LogHarness.Open(_disk, _owner))
        {
            for (var i = 0; i < 10; i++) await log.WriteAsync(KeyOwner.Put(i));
        }

        Assert.Equal(10, _owner.Released);
    }

    [Fact]
    public async Task Who_has_more_to_write_than_may_wait_waits_for_room()
    {
        await using var log = LogHarness.Open(_disk, _owner, new() { MaxPendingMegabytes = 1, MaxMegabytes = 64 });
        using var gate = new ManualResetEventSlim();
        log.Post(KeyOwner.Put(0), new Blocking(gate));
        for (var i = 1; i <= 3; i++) log.Post(KeyOwner.Put(i, 400_000), null);

        Assert.True(log.IsFull);
        var room = log.WaitForRoomAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(room.IsCompleted);
        gate.Set();

        await room;
        Assert.False(log.IsFull);
    }

    [Fact]
    public async Task A_waiter_that_throws_costs_the_others_nothing()
    {
        await using var log = LogHarness.Open(_disk, _owner);
        log.Post(KeyOwner.Put(1), new Throwing());

        await log.WriteAsync(KeyOwner.Put(2));

        Assert.IsType<InvalidOperationException>(Assert.Single(_owner.Bugs));
    }

    [Fact]
    public async Task An_entry_larger_than_a_file_is_kept_too()
    {
        await using (var log = LogHarness.Open(_disk, _owner))
        {
            await log.WriteAsync(KeyOwner.Put(1));
            await log.WriteAsync(KeyOwner.Put(2, 3_000_000));
            await log.WriteAsync(KeyOwner.Put(3));
        }

        Assert.Equal([1, 2, 3], (await LogHarness.ReadAsync(_disk)).Keys);
    }

    [Fact]
    public async Task The_owners_mark_is_kept_with_each_file()
    {
        _owner.Mark = 42;
        await using (var log = LogHarness.Open(_disk, _owner)) await log.WriteAsync(KeyOwner.Put(1));

        Assert.Equal([42], (await LogHarness.ReadAsync(_disk)).Marks);
    }

    [Fact]
    public async Task Files_and_folder_are_for_this_user_only_and_for_one_process()
    {
        using var folder = new TempFolder();
        var path = folder.File("deep/log");
        await using var log = AppendLog.Open(path, _owner, new(), new ManualClock());
        await log.WriteAsync(KeyOwner.Put(1));

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Contains(Path.Combine(path, "000001.log"), Directory.GetFiles(path));
        Assert.All(Directory.GetFiles(path), file => Assert.Equal(Owner, File.GetUnixFileMode(file)));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        var error = Assert.Throws<StorageException>(() => AppendLog.Open(path, new KeyOwner(), new(), new ManualClock()));
        Assert.Contains("held by another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_of_a_newer_program_is_refused_and_left_alone()
    {
        await using (var log = LogHarness.Open(_disk, _owner)) await log.WriteAsync(KeyOwner.Put(1));
        var before = _disk["000001.log"].ToArray();

        var error = Assert.Throws<StorageException>(() => LogHarness.Open(_disk, new KeyOwner { Format = 2 }));

        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _disk["000001.log"]);
    }

    [Fact]
    public void Every_setting_is_checked_with_key_and_remedy()
    {
        Assert.True(new LogOptionsValidator().Validate(null, new()).Succeeded);

        var result = new LogOptionsValidator().Validate(null, new()
        {
            SegmentMegabytes = 0,
            MaxMegabytes = 3,
            CompactAboveMegabytes = 0,
            CompactRatio = double.NaN,
            MaxPendingMegabytes = 0,
            MaxCommitKilobytes = 1,
            LazyMilliseconds = -1,
        });

        Assert.Equal(
            [
                "storage:log:segmentMegabytes is 0: give 1 to 256.",
                "storage:log:maxMegabytes is 3: give 4 to 1048576.",
                "storage:log:compactAboveMegabytes is 0: give 1 to 1048576.",
                "storage:log:compactRatio is NaN: give 0.25 to 100.",
                "storage:log:maxPendingMegabytes is 0: give 1 to 1024.",
                "storage:log:maxCommitKilobytes is 1: give 4 to 65536.",
                "storage:log:lazyMilliseconds is -1: give 0 to 60000.",
            ],
            result.Failures);
    }

    private sealed class Call(List<int> calls, int number) : ILogWaiter
    {
        public void OnCommitted(Exception? error) => calls.Add(error is null ? number : -1);
    }

    private sealed class Throwing : ILogWaiter
    {
        public void OnCommitted(Exception? error) => throw new InvalidOperationException();
    }

    private sealed class Blocking(ManualResetEventSlim gate) : ILogWaiter
    {
        public void OnCommitted(Exception? error) => gate.Wait();
    }
}
