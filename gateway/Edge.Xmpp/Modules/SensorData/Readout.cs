using System.Xml.Linq;

using Edge.Things.Nodes;
using Edge.Things.Readings;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.SensorData;

/// <summary>Reads the nodes of one request side by side and sends what comes in, node by node; failures last (XEP-0323 §3.2).</summary>
internal sealed class Readout(ReadoutRequest request, IReadOnlyList<Node> nodes, IConcentrator concentrator, IStanzaSender sender, ReadoutTiming timing)
{
    private readonly FieldsWriter _writer = new(request);
    private readonly List<Task<NodeAnswer>> _reads = [];
    private readonly List<ReadoutFailure> _failures = [];
    private readonly List<ReadoutFailure> _refusals = [];
    private bool _hasSentValues;

    private SensorDataOptions Options => timing.Options.Value;

    /// <summary>Begins to read; a node that has not answered when <paramref name="cancel"/> fires counts as unreachable.</summary>
    public void Begin(CancellationToken cancel)
    {
        foreach (var node in nodes) _reads.Add(ReadAsync(node, cancel));
    }

    /// <summary>
    /// Waits until a node shows whether the caller may read anything at all. Null where he may, or where the nodes are slow to say.
    /// </summary>
    public async Task<StanzaError?> RefusalAsync(CancellationToken cancel)
    {
        try
        {
            return await WholeRefusalAsync().WaitAsync(TimeSpan.FromSeconds(Options.AcceptAfterSeconds), timing.Clock, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Sends the readings as they come, and the end.</summary>
    public async Task DeliverAsync(CancellationToken cancel)
    {
        var open = _reads.Count;
        var isDone = false;
        await foreach (var read in Task.WhenEach(_reads).WithCancellation(cancel))
        {
            var answer = await read;
            open--;
            isDone = await SendAsync(answer, isLastNode: open == 0, cancel);
        }

        // Refused at last, after the request had been accepted: then this is where the reason is told.
        if (_failures.Count == 0 && !_hasSentValues) _failures.AddRange(_refusals);
        if (_failures.Count > 0) await SendAsync(_writer.Failure(_failures), cancel);
        else if (!isDone) await SendAsync(_writer.Fields(null, [], isLast: true), cancel);
    }

    /// <summary>Sends a payload to the requester.</summary>
    public ValueTask SendAsync(XElement payload, CancellationToken cancel) =>
        sender.SendAsync(request.To, request.From, IotStanza.Message(payload), cancel);

    private async Task<NodeAnswer> ReadAsync(Node node, CancellationToken cancel)
    {
        try
        {
            return new(node, await concentrator.ReadAsync(node.Reference, request.ForNode(), cancel));
        }
        catch (OperationCanceledException)
        {
            return new(node, new(NodeOutcome.Unreachable, [], "The node did not answer in time."));
        }
    }

    private async Task<StanzaError?> WholeRefusalAsync()
    {
        StanzaError? refusal = null;
        await foreach (var read in Task.WhenEach(_reads))
        {
            var result = (await read).Result;
            switch (result.Outcome)
            {
                case NodeOutcome.Forbidden:
                    refusal = IotError.Forbidden(result.Text ?? "Access denied.");
                    break;
                case NodeOutcome.NotFound:
                    refusal ??= IotError.NotFound(result.Text ?? "There is no such field.");
                    break;
                default:
                    return null;
            }
        }

        return refusal;
    }

    // True where the message that ends the read-out was sent.
    private async Task<bool> SendAsync(NodeAnswer answer, bool isLastNode, CancellationToken cancel)
    {
        var values = Collect(answer);
        var batches = FieldBatches.Cut(values, Options.MaxFieldsPerMessage, Options.MaxCharactersPerMessage);
        for (var i = 0; i < batches.Count; i++)
        {
            var isLast = isLastNode && i == batches.Count - 1 && _failures.Count == 0;
            await SendAsync(_writer.Fields(answer.Node, batches[i], isLast), cancel);
            _hasSentValues = true;
            if (isLast) return true;
        }

        return false;
    }

    // What is refused among what is granted is left out without a word, as XEP-0324 §3.3.2 has it.
    private List<Reading> Collect(NodeAnswer answer)
    {
        var (node, result) = answer;
        var values = new List<Reading>();
        if (result.Outcome != NodeOutcome.Ok)
        {
            var told = result.Outcome is NodeOutcome.Forbidden or NodeOutcome.NotFound ? _refusals : _failures;
            told.Add(new(node.Reference, timing.Clock.GetUtcNow(), result.Text ?? "The node could not be read."));
        }

        foreach (var reading in result.Readings.Where(request.Wants))
        {
            if (HasValue(reading)) values.Add(reading);
            else _failures.Add(new(node.Reference, reading.At, $"{reading.Field}: {reading.Text ?? "There is no value."}"));
        }

        return values;
    }

    // An error is never a value, and XML Schema numbers that are none would pass for one.
    private static bool HasValue(Reading reading) =>
        reading.Value is { } value && (value.Kind != ValueKind.Number || double.IsFinite(value.AsNumber));

    private readonly record struct NodeAnswer(Node Node, NodeReadResult Result);
}

/// <summary>The clock and the limits that read-outs keep to.</summary>
internal sealed record ReadoutTiming(IOptions<SensorDataOptions> Options, TimeProvider Clock);
