using Edge.FieldBus.Modbus.Nodes;
using Edge.FieldBus.Modbus.Points;
using Edge.FieldBus.Modbus.Wire;

namespace Edge.Tests.FieldBus.Modbus.Nodes;

public sealed class PollScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PollSchedule _schedule = new([Point("often", 2), Point("usual", null), Point("seldom", 60)], TimeSpan.FromSeconds(10), Noon);

    [Fact]
    public void Everything_is_due_at_the_start_and_then_each_at_its_interval()
    {
        Assert.Equal(["often", "usual", "seldom"], Take(0));
        Assert.Equal(Noon.AddSeconds(2), _schedule.NextDue);
        Assert.Empty(Take(1));
        Assert.Equal(["often"], Take(2));
        Assert.Equal(["often", "usual"], Take(10));
        Assert.Equal(["often", "usual", "seldom"], Take(60));
    }

    [Fact]
    public void What_was_missed_is_not_made_up_for()
    {
        Take(0);

        Assert.Equal(["often", "usual", "seldom"], Take(1_000));
        Assert.Empty(Take(1_001));
        Assert.Equal(["often"], Take(1_002));
    }

    [Fact]
    public void Nothing_to_poll_is_never_due() => Assert.Null(new PollSchedule([], TimeSpan.FromSeconds(1), Noon).NextDue);

    private string[] Take(int second) => [.. _schedule.Take(Noon.AddSeconds(second)).Select(p => p.Name)];

    private static ModbusPoint Point(string name, int? seconds) =>
        new(name, ModbusTable.Holding, 0, DataType.Int16) { Interval = seconds is { } s ? TimeSpan.FromSeconds(s) : null };
}
