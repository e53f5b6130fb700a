using Edge.Things.Provisioning;

namespace Edge.Gateway.Demo;

/// <summary>The visitor asks and is refused; the owner finds the question and answers it; the visitor gets just what was allowed.</summary>
internal sealed class AskChapter(DemoWorld world, Reporter reporter)
{
    private const int Seconds = 15;

    private static readonly string[] Wanted = ["temperature", "humidity"];

    /// <summary>Plays it; false where the story cannot go on.</summary>
    public async Task<bool> PlayAsync(OwnerBrowser owner, CancellationToken cancel)
    {
        await using var visitor = await world.VisitorAsync(cancel);
        return await reporter.StepAsync("read-refused", "A visitor asks to read temperature and humidity", () => ReadRefusedAsync(visitor, cancel))
            && await reporter.StepAsync("read-question", "The owner finds the question and allows temperature, until tomorrow", () => AnswerAsync(owner, Operation.Read, "temperature", cancel))
            && await reporter.StepAsync("read-allowed", "The visitor asks again", () => ReadAsync(visitor, cancel))
            && await reporter.StepAsync("control-refused", "The visitor asks to switch the LED output on", () => ControlRefusedAsync(visitor, cancel))
            && await reporter.StepAsync("control-question", "The owner allows the LED output, until tomorrow", () => AnswerAsync(owner, Operation.Control, "led", cancel))
            && await reporter.StepAsync("control-allowed", "The visitor asks again", () => ControlAsync(visitor, cancel))
            && await reporter.StepAsync("other-parameter", "The visitor tries another parameter", () => OtherParameterAsync(visitor, cancel))
            && await reporter.StepAsync("read-cached", "The visitor reads once more; the node keeps the answer", () => ReadAsync(visitor, cancel));
    }

    /// <summary>What a restarted node still knows: temperature, and only that.</summary>
    public static async Task<string> OnlyTemperatureAsync(DemoWorld world, Visitor visitor, CancellationToken cancel)
    {
        var answer = await visitor.ReadAsync(world.NodeReference, Wanted, cancel);
        return answer.Refusal is null && answer.Fields.Keys.SequenceEqual(["temperature"]) ? answer.ToString() : throw new StepFailedException(answer.ToString());
    }

    private async Task<string> ReadRefusedAsync(Visitor visitor, CancellationToken cancel)
    {
        if (world.RuleFor(Operation.Read) is { } rule) return $"answered in an earlier run: {world.Get<IProvisioning>().Describe(rule)}";

        var answer = await visitor.ReadAsync(world.NodeReference, Wanted, cancel);
        return answer.Refusal is not null ? answer.ToString() : throw new StepFailedException($"it was allowed: {answer}");
    }

    private async Task<string> AnswerAsync(OwnerBrowser owner, Operation operation, string name, CancellationToken cancel)
    {
        if (world.RuleFor(operation) is { } known) return world.Get<IProvisioning>().Describe(known);

        var question = await Waiting.UntilAsync(
            () => ValueTask.FromResult(world.Get<IProvisioning>().QuestionsFor(world.People.Owner).FirstOrDefault(q => q.Operation == operation)), "a question to the owner", Seconds, cancel);
        var words = world.Get<IProvisioning>().Describe(question);
        var page = await owner.GetAsync("/questions", cancel);
        if (!OwnerBrowser.Text(page).Contains(words, StringComparison.Ordinal)) throw new StepFailedException($"the portal does not show: {words}");

        await owner.SubmitAsync("/questions", question.Id, [("names", name), ("scope", "caller"), ("until", "tomorrow"), ("verdict", "allow")], cancel);
        return world.RuleFor(operation) is { } rule
            ? $"{words} → {world.Get<IProvisioning>().Describe(rule)}"
            : throw new StepFailedException("the answer was not kept");
    }

    // The cache of the node is cleared over the network; the visitor asks until that has arrived.
    private Task<string> ReadAsync(Visitor visitor, CancellationToken cancel) => Waiting.UntilAsync(async () =>
    {
        var answer = await visitor.ReadAsync(world.NodeReference, Wanted, cancel);
        if (answer.Fields.ContainsKey("humidity")) throw new StepFailedException($"more than was allowed: {answer}");
        return answer.Refusal is null && answer.Fields.ContainsKey("temperature") ? answer.ToString() : null;
    }, "the temperature is read", Seconds, cancel);

    private async Task<string> ControlRefusedAsync(Visitor visitor, CancellationToken cancel)
    {
        if (world.RuleFor(Operation.Control) is { } rule) return $"answered in an earlier run: {world.Get<IProvisioning>().Describe(rule)}";

        var answer = await visitor.SetAsync(world.NodeReference, "boolean", "led", "true", cancel);
        return answer.Refusal is not null ? answer.ToString() : throw new StepFailedException("it was allowed");
    }

    private async Task<string> ControlAsync(Visitor visitor, CancellationToken cancel)
    {
        await Waiting.UntilAsync(async () => (await visitor.SetAsync(world.NodeReference, "boolean", "led", "true", cancel)).Refusal is null ? "" : null, "the LED output is set", Seconds, cancel);
        return world.Node.IsOutputOn ? "the node's LED output is on" : throw new StepFailedException("the node's LED output is off");
    }

    private async Task<string> OtherParameterAsync(Visitor visitor, CancellationToken cancel)
    {
        var answer = await visitor.SetAsync(world.NodeReference, "int", "interval", "5", cancel);
        return answer.Refusal is not null ? answer.ToString() : throw new StepFailedException("it was allowed");
    }
}
