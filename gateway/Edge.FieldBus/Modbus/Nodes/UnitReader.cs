using System.Collections.Concurrent;

using Edge.FieldBus.Modbus.Definitions;
using Edge.FieldBus.Modbus.Links;
using Edge.FieldBus.Modbus.Points;
using Edge.FieldBus.Modbus.Wire;
using Edge.Things.Readings;

namespace Edge.FieldBus.Modbus.Nodes;

/// <summary>What came of reading points: readings (some may be errors), and how the unit is.</summary>
internal sealed record UnitReadResult(IReadOnlyList<Reading> Readings, ReplyKind Worst, string Text);

/// <summary>Reads points of one unit in as few requests as it takes.</summary>
internal sealed class UnitReader(ModbusNodeDefinition definition, ModbusLink link, TimeProvider clock)
{
    // Points that the device refused in company: read alone until the next start.
    private readonly ConcurrentDictionary<ModbusPoint, bool> _alone = new();

    /// <summary>The reads that would be made for these points now.</summary>
    public IReadOnlyList<ReadBlock> Plan(IEnumerable<ModbusPoint> points) => ReadPlanner.Plan(points, definition.Limits, _alone.ContainsKey);

    /// <summary>Reads; after the first silence the rest is not tried, so that a dead unit costs one time-out and not many.</summary>
    public async Task<UnitReadResult> ReadAsync(IReadOnlyCollection<ModbusPoint> points, CancellationToken cancel)
    {
        var readings = new List<Reading>(points.Count);
        var blocks = new Queue<ReadBlock>(Plan(points));
        var (worst, text) = (ReplyKind.Ok, "");
        while (blocks.TryDequeue(out var block))
        {
            var reply = worst is ReplyKind.Ok or ReplyKind.Refused
                ? await AskAsync(block, cancel).ConfigureAwait(false)
                : ModbusReply.Failure(worst, text);
            if (IsSplit(reply, block))
            {
                foreach (var point in block.Points) _alone[point] = true;
                foreach (var single in Plan(block.Points)) blocks.Enqueue(single);
                continue;
            }

            Decode(block, reply, readings);
            if (reply.Kind > worst) (worst, text) = (reply.Kind, reply.Text);
        }

        return new(readings, worst, text);
    }

    private Task<ModbusReply> AskAsync(ReadBlock block, CancellationToken cancel) =>
        link.SendAsync(definition.Unit, ModbusPdu.Read(block.Table, (ushort)block.Address, block.Count), definition.Timeout, cancel);

    /// <summary>One missing address makes a device refuse a whole block; then each point is asked for by itself.</summary>
    private static bool IsSplit(ModbusReply reply, ReadBlock block) =>
        block.Points.Count > 1 && reply.Exception is ModbusException.IllegalDataAddress or ModbusException.IllegalDataValue;

    private void Decode(ReadBlock block, ModbusReply reply, List<Reading> readings)
    {
        var now = clock.GetUtcNow();
        foreach (var point in block.Points)
        {
            var reading = reply.IsOk ? PointDecoder.Decode(point, block.Address, reply.Data.Span, now) : PointDecoder.Error(point, now, reply.Text);
            readings.Add(reading with { IsWritable = definition.Parameters.Any(p => p.Point.Name == point.Name) });
        }
    }
}
