using Edge.Things;
using Edge.Things.Nodes;

namespace Edge.Gateway.Demo;

/// <summary>The meter is polled; the node boots, is asked to trust, its button is pressed, and it comes back with a token.</summary>
internal sealed class TrustChapter(DemoWorld world, Reporter reporter, Terminal terminal, DemoOptions demo)
{
    private const int Seconds = 20;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortWindow = TimeSpan.FromSeconds(5); // the shortest that a node takes

    /// <summary>Plays it; false where the story cannot go on.</summary>
    public async Task<bool> PlayAsync(CancellationToken cancel)
    {
        if (!await reporter.StepAsync("meter", "The simulated energy meter is polled over Modbus TCP", () => MeterAsync(cancel))) return false;

        using var told = world.Get<IDomainEvents>().Subscribe<LinkedNodeChanged>(TellAsync);
        if (!await reporter.StepAsync("node", "The virtual sensor node boots and says hello", () => HelloAsync(cancel))) return false;

        // Whose button was pressed in an earlier run is not asked again, even where the power went before it had its token.
        if (world.Linked!.Trust == NodeTrust.Trusted || world.Node.State != "factory")
        {
            if (!await reporter.StepAsync("trust", "The node is trusted already", () => Task.FromResult("nobody has to press anything"))) return false;
        }
        else if (!await AskAsync(cancel))
        {
            return false;
        }

        return await reporter.StepAsync("token", "The node is back with its bearer token", () => ConnectedAsync(cancel))
            && await reporter.StepAsync("telemetry", "Telemetry arrives", () => TelemetryAsync(cancel));
    }

    /// <summary>The node comes back after a restart, without a press, and <paramref name="fromCache"/> asks it something.</summary>
    public async Task<bool> ReturnAsync(Func<Task<string>> fromCache, CancellationToken cancel) =>
        await reporter.StepAsync("node-again", "The node boots and is trusted without a press", async () =>
        {
            await world.SwitchNodeOnAsync(cancel);
            return await ConnectedAsync(cancel);
        })
        && await reporter.StepAsync("cache", "The node answers the visitor from its own cache", fromCache);

    private async Task<bool> AskAsync(CancellationToken cancel)
    {
        // Unattended, the time-out is shown first with a short window; a person sees it by not pressing.
        if (demo.Once && !await reporter.StepAsync("no-press", "Asked, and nobody presses the button", () => NoPressAsync(cancel))) return false;

        while (true)
        {
            var outcome = BefriendOutcome.Unreachable;
            var held = await reporter.StepAsync("befriend", "The gateway asks the node for its trust; the LED flashes", async () =>
            {
                outcome = await BefriendAsync(cancel);
                return outcome is BefriendOutcome.Accepted or BefriendOutcome.Timeout ? Words(outcome) : throw new StepFailedException(Words(outcome));
            });
            if (!held || outcome == BefriendOutcome.Accepted) return held;
            if (demo.Yes) return false;

            terminal.Say("Nobody pressed the button. The node is asked again.");
        }
    }

    private async Task<BefriendOutcome> BefriendAsync(CancellationToken cancel)
    {
        if (!demo.Yes) terminal.Say("[yellow1]Press b[/] for the node's button: you have 30 seconds.");
        var asked = world.Get<INodeLink>().BefriendAsync(world.Secrets.NodeId, Window, cancel);
        if (demo.Yes)
        {
            await Waiting.UntilAsync(() => world.Node.State == "asked" || asked.IsCompleted, "the node's LED flashes for its button", Seconds, cancel);
            world.Node.PressButton();
        }

        return await asked;
    }

    private async Task<string> NoPressAsync(CancellationToken cancel)
    {
        var outcome = await world.Get<INodeLink>().BefriendAsync(world.Secrets.NodeId, ShortWindow, cancel);
        if (outcome != BefriendOutcome.Timeout) throw new StepFailedException(Words(outcome));

        await Waiting.UntilAsync(() => world.Node.State == "factory", "the LED blinks slowly again", Seconds, cancel);
        return $"{Words(outcome)}; the LED is back to its slow blink";
    }

    private async Task<string> MeterAsync(CancellationToken cancel)
    {
        await Waiting.UntilAsync(() => world.Meter is not null, "the meter is behind the concentrator", Seconds, cancel);
        var field = world.Meter!.Fields[0].Name;
        var reading = await Waiting.UntilAsync(() => ValueTask.FromResult(world.Latest(world.MeterReference, field)), $"a reading of {field}", Seconds, cancel);
        return $"{field} = {reading.Value} {reading.Unit}";
    }

    private async Task<string> HelloAsync(CancellationToken cancel)
    {
        await world.SwitchNodeOnAsync(cancel);
        var node = await Waiting.UntilAsync(() => ValueTask.FromResult(world.Linked is { IsOnline: true } online ? online : null), "the node says hello", Seconds, cancel);
        return $"{node.Manufacturer} {node.Model}, firmware {node.Firmware}, LED: {world.Node.State}";
    }

    private async Task<string> ConnectedAsync(CancellationToken cancel)
    {
        await Waiting.UntilAsync(() => world.Linked is { Trust: NodeTrust.Trusted, IsOnline: true }, "the node connects with a token", Seconds, cancel);
        return $"{world.Secrets.NodeId}, LED: {world.Node.State}";
    }

    private async Task<string> TelemetryAsync(CancellationToken cancel)
    {
        var reading = await Waiting.UntilAsync(
            () => ValueTask.FromResult(world.Latest(world.NodeReference, "temperature")), "a temperature from the node", Seconds, cancel);
        return $"temperature = {reading.Value} {reading.Unit}";
    }

    private ValueTask TellAsync(LinkedNodeChanged changed, CancellationToken cancel)
    {
        terminal.Say($"  [grey]The node {Words(changed.What)}.[/]");
        return ValueTask.CompletedTask;
    }

    private static string Words(string what) => what switch
    {
        "hello" => "says hello",
        "asked" => "is asked to trust this gateway; its LED flashes",
        "befriended" => "was told yes: its button was pressed",
        "timeout" => "waited for its button in vain",
        "discovered" => "asks what this server is, and finds a provisioning service",
        "challenged" => "is challenged to prove its device secret",
        "token" => "has proven it, and gets its tokens",
        "online" => "is connected with its bearer token",
        "offline" => "is offline",
        "refreshed" => "has a fresh token",
        "cacheCleared" => "has forgotten what it had cached",
        _ => what,
    };

    private static string Words(BefriendOutcome outcome) => outcome switch
    {
        BefriendOutcome.Accepted => "the button was pressed: trusted",
        BefriendOutcome.Timeout => "the time is over",
        BefriendOutcome.Rejected => "the node refuses: it trusts another server",
        _ => "the node is not connected",
    };
}
