using Edge.FieldBus.Modbus.Definitions;
using Edge.FieldBus.Modbus.Links;
using Edge.FieldBus.Modbus.Points;
using Edge.Things.Nodes;
using Edge.Things.Readings;
using Edge.Things.Registry;

using Microsoft.Extensions.Logging;

namespace Edge.FieldBus.Modbus.Nodes;

/// <summary>What a unit works with.</summary>
internal sealed record UnitParts(TimeProvider Clock, ILogger Logger)
{
    /// <summary>Called with every batch of readings.</summary>
    public required Func<string, IReadOnlyList<Reading>, CancellationToken, ValueTask> Record { get; init; }

    /// <summary>Called when the unit's state has changed.</summary>
    public required Func<CancellationToken, ValueTask> Changed { get; init; }
}

/// <summary>One unit: polls it by its own schedule, and reads and writes it on request. Nothing that it does, or does not do, ends the poll.</summary>
internal sealed partial class ModbusUnit(ModbusNodeDefinition definition, ModbusLink link, UnitParts parts)
{
    private static readonly TimeSpan AfterBug = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = parts.Logger;
    private readonly UnitReader _reader = new(definition, link, parts.Clock);
    private readonly UnitWriter _writer = new(definition, link, parts.Clock);
    private readonly UnitBreaker _breaker = new(parts.Clock);
    private readonly Node _node = Describe(definition);
    private NodeState _state;

    /// <summary>The unit as others see it now.</summary>
    public Node Node => _node with { State = _state };

    /// <summary>Polls until cancelled.</summary>
    public async Task PollAsync(CancellationToken cancel)
    {
        var schedule = new PollSchedule(definition.Fields, definition.Interval, parts.Clock.GetUtcNow());
        while (schedule.NextDue is { } due)
        {
            if (_breaker.NextProbe is { } probe && probe > due) due = probe;
            var wait = due - parts.Clock.GetUtcNow();
            if (wait > TimeSpan.Zero) await Task.Delay(wait, parts.Clock, cancel).ConfigureAwait(false);

            try
            {
                var points = schedule.Take(parts.Clock.GetUtcNow());
                if (points.Count > 0 && _breaker.TryEnter()) await ReadAsync(points, cancel).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // A bug in a decoder or a listener must not end the poll: nobody would notice until values are missed.
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogBug(definition.Id, e);
                await Task.Delay(AfterBug, parts.Clock, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads fields now.</summary>
    public async ValueTask<NodeReadResult> ReadAsync(NodeReadRequest request, CancellationToken cancel)
    {
        var points = definition.Fields.Where(f => request.Fields.Contains(f.Name)).ToArray();
        if (points.Length == 0) return new(NodeOutcome.NotFound, [], "There is no such field.");
        if (!_breaker.TryEnter()) return new(NodeOutcome.Unreachable, [], _breaker.Explain());

        var result = await ReadAsync(points, cancel).ConfigureAwait(false);
        var outcome = result.Worst switch
        {
            _ when result.Readings.Any(r => r.Value is not null) => NodeOutcome.Ok,
            ReplyKind.Silent or ReplyKind.Unreachable => NodeOutcome.Unreachable,
            ReplyKind.Ok => NodeOutcome.Ok, // answered, with bytes that are no values; each reading says so
            _ => NodeOutcome.Failed,
        };
        return new(outcome, result.Readings, outcome == NodeOutcome.Ok ? null : result.Text);
    }

    /// <summary>Sets parameters now, and reads the fields of the same names, so that everybody sees what has become of it.</summary>
    public async ValueTask<NodeControlResult> ControlAsync(NodeControlRequest request, CancellationToken cancel)
    {
        if (!_breaker.TryEnter()) return new(NodeOutcome.Unreachable, [], null, _breaker.Explain());

        var result = await _writer.WriteAsync(request.Parameters, cancel).ConfigureAwait(false);
        if (result.Outcome == NodeOutcome.Unreachable) _breaker.Silent();
        var shown = definition.Fields.Where(f => result.Done.Contains(f.Name)).ToArray();
        if (shown.Length > 0) await ReadAsync(shown, cancel).ConfigureAwait(false);
        return result;
    }

    private async Task<UnitReadResult> ReadAsync(IReadOnlyCollection<ModbusPoint> points, CancellationToken cancel)
    {
        var result = await _reader.ReadAsync(points, cancel).ConfigureAwait(false);
        if (result.Worst == ReplyKind.Silent) _breaker.Silent();
        else if (result.Worst is ReplyKind.Ok or ReplyKind.Refused) _breaker.Answered();
        else if (result.Worst == ReplyKind.Unreachable) _breaker.LinkLost();

        await parts.Record(definition.Id, result.Readings, cancel).ConfigureAwait(false);
        await SetStateAsync(result, cancel).ConfigureAwait(false);
        return result;
    }

    private async ValueTask SetStateAsync(UnitReadResult result, CancellationToken cancel)
    {
        var state = result.Worst switch
        {
            ReplyKind.Silent or ReplyKind.Unreachable => NodeState.Offline,
            _ when result.Readings.Any(r => r.Value is not null) => NodeState.Online,
            ReplyKind.Busy => _state,
            _ => NodeState.Faulty,
        };
        if (state == _state) return;

        _state = state;
        LogState(definition.Id, state, result.Text);
        await parts.Changed(cancel).ConfigureAwait(false);
    }

    private static Node Describe(ModbusNodeDefinition definition)
    {
        var tags = new List<Tag> { new("NAME", definition.Name) };
        if (definition.Manufacturer is { } manufacturer) tags.Add(new("MAN", manufacturer));
        if (definition.Model is { } model) tags.Add(new("MODEL", model));
        if (definition.SerialNumber is { } serial) tags.Add(new("SN", serial));
        return new(
            new(definition.Id, ModbusNodeSource.Id),
            definition.Name,
            [.. definition.Fields.Select(f => f.Field)],
            [.. definition.Parameters.Select(p => p.Definition)])
        { Tags = tags };
    }

    [LoggerMessage(EventId = 5100, Level = LogLevel.Information, Message = "{Node} is {State}. {Why}")]
    private partial void LogState(string node, NodeState state, string why);

    [LoggerMessage(EventId = 5101, Level = LogLevel.Error, Message = "A poll of {Node} ended with a bug; polling goes on")]
    private partial void LogBug(string node, Exception error);
}
