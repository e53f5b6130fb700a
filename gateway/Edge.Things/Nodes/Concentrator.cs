using Edge.Things.Control;
using Edge.Things.Provisioning;
using Edge.Things.Readings;

using Microsoft.Extensions.Options;

namespace Edge.Things.Nodes;

/// <summary>Every node of every source under one address; nobody reads or sets one without a decision.</summary>
internal sealed class Concentrator : IConcentrator
{
    private readonly IProvisioning _provisioning;
    private readonly ILatestReadings _latest;
    private readonly ThingsOptions _options;
    private readonly TimeProvider _clock;

    public Concentrator(
        IEnumerable<INodeSource> sources, IProvisioning provisioning, ILatestReadings latest, IOptions<ThingsOptions> options, TimeProvider clock)
    {
        (_provisioning, _latest, _options, _clock) = (provisioning, latest, options.Value, clock);
        Sources = [.. sources];
        Address = _options.ConcentratorAddress;
        if (Sources.GroupBy(s => s.SourceId, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidOperationException($"Two node sources are called '{twice.Key}'; ids must differ.");
    }

    public Jid Address { get; }

    public IReadOnlyList<INodeSource> Sources { get; }

    public ThingId Identify(NodeReference node) => new(Address, node);

    public Node? Find(NodeReference node) => Locate(node)?.Node;

    public async ValueTask<NodeReadResult> ReadAsync(NodeReference node, NodeReadRequest request, CancellationToken cancel = default)
    {
        if (Locate(node) is not { } place) return new(NodeOutcome.NotFound, [], $"There is no node {node}.");

        var fields = place.Node.Fields
            .Where(f => request.Fields.Contains(f.Name) && (request.Categories == FieldCategories.None || (f.Categories & request.Categories) != 0));
        var names = NameSet.Of(fields.Select(f => f.Name));
        if (names.IsEmpty) return new(NodeOutcome.NotFound, [], $"{place.Node.Name} has none of the fields asked for.");

        if (!place.Source.DecidesForItself)
        {
            var access = new AccessRequest(Identify(place.Node.Reference), request.From, Operation.Read, names)
            {
                Categories = request.Categories,
                Tokens = request.Tokens,
            };
            var decision = await _provisioning.DecideAsync(access, cancel).ConfigureAwait(false);
            if (!decision.IsAllowed) return new(NodeOutcome.Forbidden, [], decision.Reason);
            names = names.Intersect(decision.Names);
        }

        var result = await AskBusAsync(
            limited => place.Source.ReadAsync(place.Node.Reference.NodeId, request with { Fields = names }, limited),
            _options.ReadTimeoutSeconds, late => new(NodeOutcome.Unreachable, [], late), cancel).ConfigureAwait(false);

        // A bus may read more than was asked for; it is not for this caller.
        var readings = result.Readings.Where(r => names.Contains(r.Field)).ToArray();
        await _latest.RecordAsync(Identify(place.Node.Reference), readings, cancel).ConfigureAwait(false);
        return result with { Readings = readings };
    }

    public async ValueTask<NodeControlResult> ControlAsync(NodeReference node, NodeControlRequest request, CancellationToken cancel = default)
    {
        if (Locate(node) is not { } place) return new(NodeOutcome.NotFound, [], null, $"There is no node {node}.");

        var (values, refusal) = ParameterCheck.Convert(place.Node.Parameters, request.Parameters);
        if (refusal is not null) return refusal;

        if (!place.Source.DecidesForItself)
        {
            var names = NameSet.Of(values.Select(v => v.Name));
            var access = new AccessRequest(Identify(place.Node.Reference), request.From, Operation.Control, names) { Tokens = request.Tokens };
            var decision = await _provisioning.DecideAsync(access, cancel).ConfigureAwait(false);
            var allowed = decision.IsAllowed ? decision.Names : NameSet.Empty;
            if (values.FirstOrDefault(v => !allowed.Contains(v.Name)) is { } refused)
                return new(NodeOutcome.Forbidden, [], refused.Name, decision.Reason);
        }

        return await AskBusAsync(
            limited => place.Source.ControlAsync(place.Node.Reference.NodeId, request with { Parameters = values }, limited),
            _options.ControlTimeoutSeconds, late => new(NodeOutcome.Unreachable, [], null, late), cancel).ConfigureAwait(false);
    }

    /// <summary>Gives a bus its time; a bus that takes longer counts as unreachable.</summary>
    private async ValueTask<T> AskBusAsync<T>(
        Func<CancellationToken, ValueTask<T>> ask, int seconds, Func<string, T> late, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            return await ask(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return late($"No answer within {seconds} s.");
        }
    }

    private (INodeSource Source, Node Node)? Locate(NodeReference wanted)
    {
        (INodeSource, Node)? found = null;
        foreach (var source in Sources)
        {
            if (!string.IsNullOrEmpty(wanted.SourceId) && source.SourceId != wanted.SourceId) continue;

            foreach (var node in source.Nodes)
            {
                if (node.Reference.NodeId != wanted.NodeId || (node.Reference.Partition ?? "") != (wanted.Partition ?? "")) continue;
                if (found is not null) return null; // two sources have such a node: say which
                found = (source, node);
            }
        }

        return found;
    }
}
