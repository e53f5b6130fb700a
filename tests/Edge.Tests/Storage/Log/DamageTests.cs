using Edge.Storage.Log;

namespace Edge.Tests.Storage.Log;

/// <summary>What power cuts and bad blocks leave behind.</summary>
public sealed class DamageTests
{
    private readonly SimulatedDisk _disk = new();

    [Fact]
    public async Task A_commit_that_is_cut_at_any_byte_is_left_out_whole_and_all_before_it_is_kept()
    {
        var end = await WriteAsync(3);
        var whole = _disk["000001.log"].ToArray();
        var start = end - Frame(2);

        for (var cut = start; cut < end; cut++)
        {
            var disk = new SimulatedDisk { ["000001.log"] = whole[..cut] };
            var found = await LogHarness.ReadAsync(disk);
            Assert.Equal([1, 2, 3, 4], found.Keys);
            Assert.Empty(found.Damage);

            // The same with what a file has behind its end.
            disk = new() { ["000001.log"] = [.. whole[..cut], .. new byte[5000]] };
            Assert.Equal([1, 2, 3, 4], (await LogHarness.ReadAsync(disk)).Keys);
            await using (var log = LogHarness.Open(disk, new())) await log.WriteAsync(KeyOwner.Put(9));
            Assert.Equal([1, 2, 3, 4, 9], (await LogHarness.ReadAsync(disk)).Keys);
        }
    }

    [Fact]
    public async Task A_flipped_bit_costs_one_commit_and_is_told_with_file_and_offset()
    {
        await WriteAsync(6);
        var whole = _disk["000001.log"].ToArray();
        var second = SegmentHeader.Size + Frame(2);

        for (var bit = second * 8; bit < (second + Frame(2)) * 8; bit += 3)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var found = await LogHarness.ReadAsync(new() { ["000001.log"] = damaged });

            Assert.Equal([1, 2, 5, 6, 7, 8, 9, 10, 11, 12], found.Keys);
            Assert.Equal([("000001.log", second, Frame(2))], found.Damage.Select(d => (d.File, (int)d.Offset, (int)d.Bytes)));
        }
    }

    [Fact]
    public async Task Damage_in_an_older_file_is_told_even_at_its_end()
    {
        await using (var log = LogHarness.Open(_disk, new()))
        {
            for (var i = 1; i <= 4; i++) await log.WriteAsync(KeyOwner.Put(i, 400_000));
        }

        _disk["000001.log"][^1] ^= 1;
        var found = await LogHarness.ReadAsync(_disk);

        Assert.Equal([1, 3, 4], found.Keys);
        Assert.Equal("000001.log", Assert.Single(found.Damage).File);
    }

    [Fact]
    public async Task A_file_whose_head_is_damaged_is_set_aside_and_the_others_are_kept()
    {
        await using (var log = LogHarness.Open(_disk, new()))
        {
            for (var i = 1; i <= 6; i++) await log.WriteAsync(KeyOwner.Put(i, 400_000));
        }

        _disk["000002.log"][20] ^= 1;
        var found = await LogHarness.ReadAsync(_disk);

        Assert.Equal([1, 2, 5, 6], found.Keys);
        Assert.Contains("000002.log.damaged", _disk.Names());
        Assert.Equal("000002.log", Assert.Single(found.Damage).File);
    }

    [Fact]
    public async Task Random_bytes_in_place_of_a_file_harm_nothing()
    {
        var random = new Random(7);
        await WriteAsync(5);
        var whole = _disk["000001.log"].ToArray();
        for (var round = 0; round < 300; round++)
        {
            var damaged = whole[..random.Next(1, 400)];
            for (var i = 0; i < 4; i++) random.NextBytes(damaged.AsSpan(random.Next(damaged.Length))[..^0][..1]);
            var disk = new SimulatedDisk { ["000001.log"] = damaged };

            await using (var log = LogHarness.Open(disk, new())) await log.WriteAsync(KeyOwner.Put(99));

            Assert.Contains(99, (await LogHarness.ReadAsync(disk)).Keys);
        }
    }

    [Fact]
    public async Task After_power_cuts_at_random_moments_all_that_was_acknowledged_is_there()
    {
        var random = new Random(11);
        for (var round = 0; round < 40; round++)
        {
            var disk = new SimulatedDisk();
            var acknowledged = new HashSet<long>();
            long next = 0;
            for (var cut = 0; cut < 4; cut++)
            {
                await using var log = LogHarness.Open(disk, new());
                var writes = new List<(long Key, Task Done)>();
                for (var i = random.Next(1, 60); i > 0; i--) writes.Add((next, log.WriteAsync(KeyOwner.Put(next++, random.Next(30_000)))));
                await writes[random.Next(writes.Count)].Done;

                // In this order: what is acknowledged before the cut has to be in it.
                var before = writes.Where(w => w.Done.IsCompletedSuccessfully).Select(w => w.Key).ToList();
                disk = disk.AfterPowerCut(random);
                acknowledged.UnionWith(before);
                var found = await LogHarness.ReadAsync(disk);
                Assert.Subset(found.Keys.ToHashSet(), acknowledged);
                Assert.Empty(found.Damage);
            }
        }
    }

    private static int Frame(int keys) => FrameHeader.Size + (keys * 14);

    // Commits of two keys each; returns where the last one ends.
    private async Task<int> WriteAsync(int commits)
    {
        await using var log = LogHarness.Open(_disk, new());
        for (var i = 0; i < commits; i++) await log.WriteAsync(new KeyEntry().Put((2 * i) + 1, 1).Put((2 * i) + 2, 1));
        return (int)log.Figures.Bytes;
    }
}
