using Edge.FieldBus.Modbus.Points;

namespace Edge.FieldBus.Modbus.Nodes;

/// <summary>Which points of a unit are due when. Points of one interval go together; a poll that comes late is not made up for.</summary>
internal sealed class PollSchedule
{
    private readonly Group[] _groups;

    public PollSchedule(IEnumerable<ModbusPoint> points, TimeSpan usual, DateTimeOffset start) =>
        _groups = [.. points.GroupBy(p => p.Interval ?? usual).Select(g => new Group(g.Key, [.. g]) { Due = start })];

    /// <summary>When something is due next; null where there is nothing to poll.</summary>
    public DateTimeOffset? NextDue => _groups.Length == 0 ? null : _groups.Min(g => g.Due);

    /// <summary>Takes the points that are due; they are due again an interval later.</summary>
    public IReadOnlyList<ModbusPoint> Take(DateTimeOffset now)
    {
        var due = new List<ModbusPoint>();
        foreach (var group in _groups.Where(g => g.Due <= now))
        {
            due.AddRange(group.Points);
            group.Due = group.Due + group.Interval > now ? group.Due + group.Interval : now + group.Interval;
        }

        return due;
    }

    private sealed class Group(TimeSpan interval, ModbusPoint[] points)
    {
        public TimeSpan Interval => interval;

        public ModbusPoint[] Points => points;

        public DateTimeOffset Due { get; set; }
    }
}
