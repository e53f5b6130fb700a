using Edge.FieldBus.Modbus.Wire;

namespace Edge.FieldBus.Modbus.Points;

/// <summary>How much may be read at once, and what must never be.</summary>
internal sealed record ReadLimits
{
    /// <summary>Most registers in a read; some devices take fewer than the protocol.</summary>
    public int MaxRegisters { get; init; } = ModbusCodes.MaxRegisters;

    /// <summary>Most bits in a read.</summary>
    public int MaxBits { get; init; } = ModbusCodes.MaxBits;

    /// <summary>Most unneeded registers (or, times sixteen, bits) read along to save a request. Eight cost 16 bytes, a request 20 and a wait.</summary>
    public int MaxGap { get; init; } = 8;

    /// <summary>Places that must not be touched.</summary>
    public IReadOnlyList<Hole> Holes { get; init; } = [];
}

/// <summary>Addresses from <paramref name="From"/> to <paramref name="To"/>, both included, that are never read.</summary>
internal sealed record Hole(ModbusTable Table, int From, int To);

/// <summary>One read and the points that it serves.</summary>
internal sealed record ReadBlock(ModbusTable Table, int Address, int Count, IReadOnlyList<ModbusPoint> Points);

/// <summary>Merges neighbouring points of a unit into as few reads as the limits allow; pure.</summary>
internal static class ReadPlanner
{
    /// <summary>The fewest reads that serve <paramref name="points"/>. A point in <paramref name="alone"/> gets a read of its own, because the device
    /// has refused it together with others.</summary>
    public static IReadOnlyList<ReadBlock> Plan(IEnumerable<ModbusPoint> points, ReadLimits limits, Func<ModbusPoint, bool>? alone = null)
    {
        var blocks = new List<ReadBlock>();
        foreach (var table in points.GroupBy(p => p.Table).OrderBy(g => g.Key))
        {
            var holes = limits.Holes.Where(h => h.Table == table.Key).ToArray();
            var open = new List<ModbusPoint>();
            var end = 0;
            foreach (var point in table.OrderBy(p => p.Address).ThenBy(p => p.Count))
            {
                if (alone?.Invoke(point) == true)
                {
                    blocks.Add(new(point.Table, point.Address, point.Count, [point]));
                    continue;
                }

                if (open.Count > 0 && !Fits(open[0].Address, end, point, limits, holes)) Close();
                open.Add(point);
                end = Math.Max(end, point.End);
            }

            if (open.Count > 0) Close();

            void Close()
            {
                blocks.Add(new(table.Key, open[0].Address, end - open[0].Address, open));
                (open, end) = ([], 0);
            }
        }

        return blocks;
    }

    private static bool Fits(int start, int end, ModbusPoint point, ReadLimits limits, Hole[] holes)
    {
        var bits = point.Table.IsBits();
        if (Math.Max(end, point.End) - start > (bits ? limits.MaxBits : limits.MaxRegisters)) return false;
        if (point.Address - end > (bits ? limits.MaxGap * 16 : limits.MaxGap)) return false;
        return !holes.Any(h => h.From < point.Address && h.To >= end);
    }
}
