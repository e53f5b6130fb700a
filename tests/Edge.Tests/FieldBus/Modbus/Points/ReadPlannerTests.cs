using Edge.FieldBus.Modbus.Points;
using Edge.FieldBus.Modbus.Wire;

namespace Edge.Tests.FieldBus.Modbus.Points;

public sealed class ReadPlannerTests
{
    [Fact]
    public void Neighbours_share_a_read_and_tables_do_not()
    {
        var blocks = ReadPlanner.Plan([Point(2, 2), Point(0, 2), Point(4, 1), Point(0, 1, ModbusTable.Input)], new());

        Assert.Equal([(ModbusTable.Input, 0, 1), (ModbusTable.Holding, 0, 5)], blocks.Select(b => (b.Table, b.Address, b.Count)));
    }

    [Fact]
    public void A_gap_is_read_along_up_to_the_limit_and_a_hole_never()
    {
        Assert.Single(ReadPlanner.Plan([Point(0, 1), Point(9, 1)], new()));
        Assert.Equal(2, ReadPlanner.Plan([Point(0, 1), Point(10, 1)], new()).Count);
        Assert.Equal(2, ReadPlanner.Plan([Point(0, 1), Point(9, 1)], new() { Holes = [new(ModbusTable.Holding, 5, 5)] }).Count);
        Assert.Single(ReadPlanner.Plan([Point(0, 1), Point(9, 1)], new() { Holes = [new(ModbusTable.Input, 5, 5), new(ModbusTable.Holding, 10, 20)] }));
    }

    [Fact]
    public void The_longest_read_has_125_registers_or_2000_bits()
    {
        Assert.Equal([125, 1], ReadPlanner.Plan(Enumerable.Range(0, 126).Select(a => Point(a, 1)), new()).Select(b => b.Count));
        Assert.Equal([2000, 1], ReadPlanner.Plan(Enumerable.Range(0, 2001).Select(a => Point(a, 1, ModbusTable.Coil)), new()).Select(b => b.Count));
    }

    [Fact]
    public void A_point_that_the_device_refuses_in_company_is_read_alone_and_the_others_go_on_together()
    {
        var blocks = ReadPlanner.Plan([Point(0, 1), Point(1, 1), Point(2, 1)], new(), p => p.Address == 1);

        Assert.Equal([(1, 1), (0, 3)], blocks.Select(b => (b.Address, b.Count)));
    }

    /// <summary>Against all ways to cut the sorted points into runs: every plan is valid, and none takes fewer reads.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Finds_the_fewest_valid_reads(int seed)
    {
        var random = new SeededRandom(seed);
        for (var round = 0; round < 1_500; round++)
        {
            var limits = new ReadLimits
            {
                MaxRegisters = 4 + random.Next(20),
                MaxGap = random.Next(6),
                Holes = [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(60)).Select(a => new Hole(ModbusTable.Holding, a, a + random.Next(4)))],
            };
            var points = Enumerable.Range(0, 1 + random.Next(9)).Select(_ => Point(random.Next(60), 1 + random.Next(4)))
                .Where(p => !limits.Holes.Any(h => h.From < p.End && h.To >= p.Address)).ToArray();
            if (points.Length == 0) continue;

            var plan = ReadPlanner.Plan(points, limits);

            Assert.Equal(points.OrderBy(p => p.Address).ThenBy(p => p.Count), plan.SelectMany(b => b.Points));
            Assert.All(plan, b => Assert.True(IsValid([.. b.Points], limits), $"seed {seed}, round {round}"));
            Assert.All(plan, b => Assert.Equal((b.Points.Min(p => (int)p.Address), b.Points.Max(p => p.End)), (b.Address, b.Address + b.Count)));
            Assert.True(plan.Count == Fewest([.. points.OrderBy(p => p.Address).ThenBy(p => p.Count)], limits), $"seed {seed}, round {round}");
        }
    }

    private static int Fewest(ModbusPoint[] sorted, ReadLimits limits)
    {
        var best = int.MaxValue;
        for (var cuts = 0; cuts < 1 << (sorted.Length - 1); cuts++)
        {
            List<List<ModbusPoint>> runs = [[sorted[0]]];
            for (var i = 1; i < sorted.Length; i++)
            {
                if ((cuts >> (i - 1) & 1) != 0) runs.Add([]);
                runs[^1].Add(sorted[i]);
            }

            if (runs.Count < best && runs.All(r => IsValid([.. r], limits))) best = runs.Count;
        }

        return best;
    }

    private static bool IsValid(ModbusPoint[] run, ReadLimits limits)
    {
        var (start, end) = (run.Min(p => (int)p.Address), run.Max(p => p.End));
        if (end - start > limits.MaxRegisters && run.Length > 1) return false;

        var needed = run.SelectMany(p => Enumerable.Range(p.Address, p.Count)).ToHashSet();
        var gap = 0;
        for (var address = start; address < end; address++)
        {
            if (limits.Holes.Any(h => h.From <= address && address <= h.To)) return false;
            gap = needed.Contains(address) ? 0 : gap + 1;
            if (gap > limits.MaxGap) return false;
        }

        return true;
    }

    private static ModbusPoint Point(int address, int count, ModbusTable table = ModbusTable.Holding) =>
        new($"{table} {address}", table, (ushort)address, DataType.String) { Count = count };
}
