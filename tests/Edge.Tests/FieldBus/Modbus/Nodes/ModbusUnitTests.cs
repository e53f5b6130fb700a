using System.Collections.Concurrent;

using Edge.FieldBus.Modbus.Definitions;
using Edge.FieldBus.Modbus.Links;
using Edge.FieldBus.Modbus.Nodes;
using Edge.FieldBus.Modbus.Points;
using Edge.FieldBus.Modbus.Wire;
using Edge.TestKit;
using Edge.Things;
using Edge.Things.Control;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;

using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.FieldBus.Modbus.Nodes;

public sealed class ModbusUnitTests : IAsyncDisposable
{
    private static readonly Jid Caller = Jid.Parse("owner@edge.local");

    private readonly ManualClock _clock = new();
    private readonly FakeDevice _device = FakeDevice.OfAddresses();
    private readonly ConcurrentQueue<(string Node, Reading Reading)> _recorded = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _polls = [];
    private readonly ModbusLink _link;
    private ModbusLink? _others;

    public ModbusUnitTests() => _link = new(new("device", 502), new(), _clock, NullLogger.Instance, _device.ConnectAsync);

    [Fact]
    public async Task Polls_at_once_and_then_by_its_schedule()
    {
        var unit = Poll(Definition("u1", 1, Field("a", 10), Field("b", 11)));

        await Eventually.HoldsAsync(() => _recorded.Count == 2);
        Assert.Equal(["10", "11"], _recorded.Select(r => r.Reading.Value?.ToString()));
        Assert.Single(_device.Requests);
        Assert.Equal(NodeState.Online, unit.Node.State);
        await WaitForPauseAsync();
        _clock.Advance(TimeSpan.FromSeconds(15));
        await Eventually.HoldsAsync(() => _recorded.Count == 4);
        Assert.Equal(2, _device.Requests.Count);
    }

    [Fact]
    public async Task A_block_that_the_device_refuses_is_read_point_by_point_from_then_on()
    {
        _device.Answer = (_, request) => Covers(request, 11) ? FakeDevice.Refuse(request, 2) : FakeDevice.Simulate(request);
        var unit = Unit(Definition("u1", 1, Field("a", 10), Field("missing", 11), Field("c", 12)));

        var first = await ReadAsync(unit);
        var requests = _device.Requests.Count;
        var second = await ReadAsync(unit);

        Assert.Equal(NodeOutcome.Ok, first.Outcome);
        Assert.Equal([("a", "10"), ("missing", null), ("c", "12")], first.Readings.OrderBy(r => r.At).ThenBy(r => Index(r.Field)).Select(r => (r.Field, r.Value?.ToString())));
        Assert.Equal("The device has no such address (exception 2).", first.Readings.Single(r => r.Field == "missing").Text);
        Assert.Equal(4, requests); // together, then three alone
        Assert.Equal(3, _device.Requests.Count - requests);
        Assert.Equal(3, second.Readings.Count);

        static int Index(string field) => field switch { "a" => 0, "missing" => 1, _ => 2 };
    }

    [Fact]
    public async Task Busy_is_an_error_and_never_a_zero()
    {
        _device.Answer = (_, request) => FakeDevice.Refuse(request, 6);
        var unit = Poll(Definition("u1", 1, Field("a", 10)));

        await Eventually.HoldsAsync(() => !_recorded.IsEmpty);

        var reading = _recorded.Single().Reading;
        Assert.Equal((null, Quality.Error, "The device is busy (exception 6)."), (reading.Value, reading.Quality, reading.Text));
        await Eventually.HoldsAsync(() => unit.Node.State == NodeState.Faulty);
    }

    [Fact]
    public async Task A_dead_unit_costs_its_neighbour_on_the_same_connection_two_timeouts_and_then_rare_probes()
    {
        var link = _others = new ModbusLink(new("device", 502), new(), TimeProvider.System, NullLogger.Instance, _device.ConnectAsync);
        _device.Answer = (unit, request) => unit == 2 ? null : FakeDevice.Simulate(request);
        var often = TimeSpan.FromMilliseconds(10);
        var dead = Definition("dead", 2, [.. Enumerable.Range(0, 20).Select(i => Field("d" + i, i * 100))]) with { Interval = often, Timeout = 5 * often };
        var unit = Poll(dead, null, link);
        Poll(Definition("alive", 1, Field("a", 10)) with { Interval = often }, null, link);

        await Eventually.HoldsAsync(() => _recorded.Count(r => r.Node == "alive" && r.Reading.Value is not null) >= 100);

        Assert.InRange(_device.Requests.Count(r => r.Unit == 2), 1, 2);
        Assert.DoesNotContain(_recorded, r => r.Node == "dead" && r.Reading.Value is not null);
        Assert.Equal(NodeState.Offline, unit.Node.State);
        Assert.Equal(1, _device.Connections);
    }

    [Fact]
    public async Task A_unit_that_comes_back_is_found_again()
    {
        var silent = true;
        _device.Answer = (_, request) => silent ? null : FakeDevice.Simulate(request);
        var unit = Poll(Definition("u1", 1, Field("a", 10)) with { Interval = TimeSpan.FromSeconds(1) });
        await PassTimeUntilAsync(() => _device.Requests.Count >= 4);
        Assert.Equal(NodeState.Offline, unit.Node.State);
        Assert.All(_recorded, r => Assert.Null(r.Reading.Value));

        silent = false;

        await PassTimeUntilAsync(() => unit.Node.State == NodeState.Online);
        Assert.NotNull(_recorded.Last().Reading.Value);
    }

    [Fact]
    public async Task A_listener_that_fails_does_not_end_the_poll()
    {
        var failures = 0;
        Poll(Definition("u1", 1, Field("a", 10)), _ => ++failures == 1 ? throw new InvalidOperationException("a bug") : ValueTask.CompletedTask);
        await PassTimeUntilAsync(() => failures > 1);
    }

    [Fact]
    public async Task Parameters_are_checked_before_any_is_written_and_read_back_after()
    {
        var store = new Dictionary<int, ushort> { [5] = 0, [6] = 0 };
        _device.Answer = (_, request) => Memory(store, request);
        var unit = Unit(Definition("u1", 1, Field("a", 5)) with { Parameters = [Parameter("a", 5), Parameter("b", 6)] });

        var bad = await SetAsync(unit, ("a", 5), ("b", 70_000));
        Assert.Equal((NodeOutcome.BadValue, "b"), (bad.Outcome, bad.Parameter));
        Assert.Empty(_device.Requests);

        var good = await SetAsync(unit, ("a", 5), ("b", 6));
        Assert.Equal((NodeOutcome.Ok, 2), (good.Outcome, good.Done.Count));
        Assert.Equal([6, 3, 6, 3, 3], _device.Requests.Select(r => (int)r.Pdu[0]));
        var shown = _recorded.Single().Reading;
        Assert.Equal(("a", "5", true), (shown.Field, shown.Value?.ToString(), shown.IsWritable));
    }

    [Fact]
    public async Task A_write_that_the_device_takes_and_forgets_is_told()
    {
        _device.Answer = (_, request) => request[0] == 6 ? request : FakeDevice.Simulate(request);
        var unit = Unit(Definition("u1", 1) with { Parameters = [Parameter("a", 5), Parameter("b", 6)] });

        var result = await SetAsync(unit, ("a", 5), ("b", 9));

        Assert.Equal((NodeOutcome.Failed, "b", "The device took the request for b, but keeps 6."), (result.Outcome, result.Parameter, result.Text));
        Assert.Equal(["a"], result.Done);
    }

    [Fact]
    public async Task A_refused_write_says_why()
    {
        _device.Answer = (_, request) => FakeDevice.Refuse(request, 3);
        var unit = Unit(Definition("u1", 1) with { Parameters = [Parameter("a", 5)] });

        var result = await SetAsync(unit, ("a", 5));

        Assert.Equal((NodeOutcome.BadValue, "The device refuses this value or length (exception 3)."), (result.Outcome, result.Text));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_polls).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _link.DisposeAsync();
        if (_others is not null) await _others.DisposeAsync();
        _stop.Dispose();
    }

    private static bool Covers(byte[] request, int address)
    {
        var (from, count) = (request[1] << 8 | request[2], request[3] << 8 | request[4]);
        return from <= address && address < from + count;
    }

    private static byte[] Memory(Dictionary<int, ushort> store, byte[] request)
    {
        var address = request[1] << 8 | request[2];
        if (request[0] == 3) return [3, 2, (byte)(store[address] >> 8), (byte)store[address]];

        store[address] = (ushort)(request[3] << 8 | request[4]);
        return request;
    }

    private static ModbusNodeDefinition Definition(string id, byte unit, params ModbusPoint[] fields) =>
        new(id, id, new("device", 502), unit) { Fields = fields };

    private static ModbusPoint Field(string name, int address) => new(name, ModbusTable.Holding, (ushort)address, DataType.UInt16);

    private static ModbusParameter Parameter(string name, int address) => new(Field(name, address));

    private static async Task<NodeReadResult> ReadAsync(ModbusUnit unit) =>
        await unit.ReadAsync(new(Caller, NameSet.All, FieldCategories.All, AccessTokens.None), CancellationToken.None);

    private static async Task<NodeControlResult> SetAsync(ModbusUnit unit, params (string Name, int Value)[] values) =>
        await unit.ControlAsync(new(Caller, [.. values.Select(v => new ParameterValue(v.Name, FieldValue.Integer(v.Value)))], AccessTokens.None), CancellationToken.None);

    private ModbusUnit Unit(ModbusNodeDefinition definition, Func<IReadOnlyList<Reading>, ValueTask>? record = null, ModbusLink? link = null) => new(
        definition, link ?? _link, new(link is null ? _clock : TimeProvider.System, NullLogger.Instance)
        {
            Record = (node, readings, _) =>
            {
                foreach (var reading in readings) _recorded.Enqueue((node, reading));
                return record?.Invoke(readings) ?? ValueTask.CompletedTask;
            },
            Changed = _ => ValueTask.CompletedTask,
        });

    private ModbusUnit Poll(ModbusNodeDefinition definition, Func<IReadOnlyList<Reading>, ValueTask>? record = null, ModbusLink? link = null)
    {
        var unit = Unit(definition, record, link);
        _polls.Add(Task.Run(() => unit.PollAsync(_stop.Token)));
        return unit;
    }

    /// <summary>Waits until the one poll waits for the clock.</summary>
    private Task WaitForPauseAsync() => Eventually.HoldsAsync(() => _clock.ArmedTimers > 0);

    /// <summary>Lets time go by, a second at each look, while somebody waits for it.</summary>
    private Task PassTimeUntilAsync(Func<bool> condition) => Eventually.HoldsAsync(() =>
    {
        if (_clock.ArmedTimers > 0) _clock.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });
}
