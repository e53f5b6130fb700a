using Edge.Storage;
using Edge.Storage.Log;
using Edge.TestKit;

namespace Edge.Tests.Storage.Log;

/// <summary>How space is used, got back, and what happens when there is none.</summary>
public sealed class SpaceTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly KeyOwner _owner = new();

    [Fact]
    public async Task Files_in_which_nothing_is_needed_are_used_again()
    {
        await using (var log = LogHarness.Open(_disk, _owner))
        {
            for (var i = 0; i < 200; i++)
            {
                await log.WriteAsync(KeyOwner.Put(i, 50_000));
                log.Post(KeyOwner.Remove(i), null);
            }

            Assert.Equal(0, log.Figures.BytesCopied);
        }

        Assert.Equal(["000010.log", "spare.log"], [.. _disk.Names().Order().TakeLast(2)]);
        Assert.True(_disk.Used <= 3 * 1024 * 1024);
        Assert.True((await LogHarness.ReadAsync(_disk)).Keys.Count <= 1);
    }

    [Fact]
    public async Task The_little_that_is_needed_is_copied_while_others_write_and_nothing_is_lost()
    {
        await using (var log = LogHarness.Open(_disk, _owner))
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; i < 150; i++)
                {
                    var key = (writer * 1000) + i;
                    await log.WriteAsync(KeyOwner.Put(key, 20_000));
                    if (i % 20 != 0) await log.WriteAsync(KeyOwner.Remove(key));
                }
            })));
            await Eventually.HoldsAsync(() => log.Figures.Bytes < 4 * 1024 * 1024);
            Assert.True(log.Figures.BytesCopied > 0);
        }

        var found = await LogHarness.ReadAsync(_disk);
        Assert.Equal(Enumerable.Range(0, 4).SelectMany(w => Enumerable.Range(0, 8).Select(i => (long)((w * 1000) + (i * 20)))), found.Keys);
        Assert.Empty(found.Damage);
    }

    [Fact]
    public async Task A_log_at_its_limit_refuses_with_the_key_and_takes_again_when_something_is_done_with()
    {
        await using var log = LogHarness.Open(_disk, _owner);
        var key = 0;
        StorageException? refused = null;
        while (refused is null && key < 1000)
        {
            try
            {
                await log.WriteAsync(KeyOwner.Put(key, 100_000));
                key++;
            }
            catch (StorageException error)
            {
                refused = error;
            }
        }

        Assert.Contains("storage:log:maxMegabytes", refused!.Message, StringComparison.Ordinal);
        Assert.InRange(key, 140, 168);
        for (var i = 0; i < key; i++) await log.WriteAsync(KeyOwner.Remove(i));

        await log.WriteAsync(KeyOwner.Put(5000, 100_000));
        Assert.Contains(5000, _owner.Keys);
    }

    [Fact]
    public async Task A_full_disk_refuses_and_recovers_without_a_restart()
    {
        await using (var log = LogHarness.Open(_disk, _owner))
        {
            await log.WriteAsync(KeyOwner.Put(1, 600_000));
            _disk.Capacity = _disk.Used;

            var error = await Assert.ThrowsAsync<StorageException>(() => log.WriteAsync(KeyOwner.Put(2, 600_000)));
            Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("spare.log", _disk.Names());
            await Assert.ThrowsAsync<StorageException>(() => log.WriteAsync(KeyOwner.Put(2, 600_000)));

            _disk.Capacity = long.MaxValue;
            await log.WriteAsync(KeyOwner.Put(3, 600_000));
        }

        var found = await LogHarness.ReadAsync(_disk);
        Assert.Equal([1, 3], found.Keys);
        Assert.Empty(found.Damage);
    }

    [Fact]
    public async Task Notes_that_free_space_count_at_once_on_a_full_disk_and_are_written_when_it_takes_them()
    {
        var clock = new ManualClock();
        await using (var log = LogHarness.Open(_disk, _owner, clock: clock))
        {
            await log.WriteAsync(KeyOwner.Put(1, 10));
            _disk.FailingFlushes = 1;
            log.Post(KeyOwner.Remove(1), null);
            await Assert.ThrowsAsync<StorageException>(() => log.WriteAsync(KeyOwner.Put(2, 10)));
            await Eventually.HoldsAsync(() => log.Figures.LiveBytes == 0);

            await log.WriteAsync(KeyOwner.Put(3, 10));
        }

        Assert.Equal([3], (await LogHarness.ReadAsync(_disk)).Keys);
    }

    [Fact]
    public async Task A_flush_that_fails_is_told_and_the_next_commit_goes_to_another_file()
    {
        await using (var log = LogHarness.Open(_disk, _owner))
        {
            await log.WriteAsync(KeyOwner.Put(1));
            _disk.FailingFlushes = 1;

            var error = await Assert.ThrowsAsync<StorageException>(() => log.WriteAsync(KeyOwner.Put(2)));
            Assert.Contains("SD card", error.Message, StringComparison.Ordinal);
            await log.WriteAsync(KeyOwner.Put(3));
        }

        Assert.Contains("000002.log", _disk.Names());
        Assert.Equal([1, 3], (await LogHarness.ReadAsync(_disk)).Keys);
    }

    [Fact]
    public async Task A_file_whose_begin_failed_at_the_last_step_does_not_stand_in_the_way_of_the_next_attempt()
    {
        await using (var log = LogHarness.Open(_disk, _owner))
        {
            await log.WriteAsync(KeyOwner.Put(1, 900_000));
            _disk.FailingFolderFlushes = 1;
            await Assert.ThrowsAsync<StorageException>(() => log.WriteAsync(KeyOwner.Put(2, 900_000)));

            await log.WriteAsync(KeyOwner.Put(3, 900_000));
        }

        var found = await LogHarness.ReadAsync(_disk);
        Assert.Equal([1, 3], found.Keys);
        Assert.Empty(found.Damage);
    }

    [Fact]
    public async Task A_bug_in_what_follows_the_answers_does_not_end_the_writing()
    {
        _owner.BugAtEnd = new InvalidOperationException("a bug");
        await using (var log = LogHarness.Open(_disk, _owner))
        {
            await log.WriteAsync(KeyOwner.Put(1));
            await log.WriteAsync(KeyOwner.Put(2)).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }

        Assert.Contains(_owner.BugAtEnd, _owner.Bugs);
        Assert.Equal([1, 2], (await LogHarness.ReadAsync(_disk)).Keys);
    }

    [Fact]
    public void What_the_kernel_calls_a_full_disk_is_told_as_one()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Needs /dev/full.");
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        var error = Assert.Throws<IOException>(() => RandomAccess.Write(full.SafeFileHandle, [1], 0));

        Assert.Contains("disk is full", LogFault.Explain("/data", error).Message, StringComparison.Ordinal);
    }
}
