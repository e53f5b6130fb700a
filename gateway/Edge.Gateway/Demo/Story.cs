using Edge.Gateway.Hosting;
using Edge.Things.Provisioning;

using Spectre.Console;

namespace Edge.Gateway.Demo;

/// <summary>The main job, told step by step. Every step can be played on a data folder of an earlier run: what has happened already is told as such.</summary>
internal sealed class Story(DemoWorld world, Reporter reporter, Terminal terminal, DemoOptions demo)
{
    private readonly TrustChapter _trust = new(world, reporter, terminal, demo);
    private readonly ClaimChapter _claim = new(world, reporter, terminal, demo);
    private readonly AskChapter _ask = new(world, reporter);

    /// <summary>Gateway, meter and node come up, the node is trusted, stickers are printed. <paramref name="startedMs"/> is how long the
    /// gateway took.</summary>
    public async Task<bool> UntilTrustedAsync(long startedMs, CancellationToken cancel)
    {
        await Greeting.WriteAsync(Console.Error, world.Host);
        reporter.Tell("gateway", "The gateway runs", startedMs, $"portal {world.Portal}, MQTT {world.Host.Endpoints.Mqtts}, XMPP {world.Host.Endpoints.Xmpp}");
        // Who comes back to an earlier run sees the node live on its own cache first, before the provisioning service is reachable.
        var comesBack = !demo.Once && HasPast;
        if (comesBack) world.Gate.Close();
        if (!await _trust.PlayAsync(cancel)) return false;

        if (comesBack) await ShowCacheAsync(cancel);
        if (!await _claim.StickersAsync(cancel)) return false;

        reporter.WriteReady(() => ReadyLine.Of(world, _claim.Code, _claim.Claims()));
        return true;
    }

    /// <summary>The owner claims, the visitor asks, the owner answers, the visitor gets just that.</summary>
    public async Task<bool> UnattendedAsync(CancellationToken cancel)
    {
        using var owner = await _claim.SignInAsync(cancel);
        return owner is not null && await _claim.ClaimAsync(owner, cancel) && await _ask.PlayAsync(owner, cancel);
    }

    /// <summary>After a restart with the same data: nothing is asked again, and the node answers from its own cache while the provisioning
    /// service is out of reach.</summary>
    public Task<bool> RestartedAsync(long startedMs, CancellationToken cancel)
    {
        reporter.Tell("restart", "Started again with the same data; the provisioning service is not reachable yet", startedMs, $"gate open: {world.Gate.IsOpen}");
        return _trust.ReturnAsync(async () =>
        {
            if (world.OwnerOf(world.NodeReference) is null || world.OwnerOf(world.MeterReference) is null)
                throw new StepFailedException("something has lost its owner");

            await using var visitor = await world.VisitorAsync(cancel);
            var seen = await AskChapter.OnlyTemperatureAsync(world, visitor, cancel);
            world.Gate.Open();
            return seen;
        }, cancel);
    }

    // An earlier run has answered the visitor: there is something to come back to.
    private bool HasPast => world.RuleFor(Operation.Read) is not null;

    private async Task ShowCacheAsync(CancellationToken cancel)
    {
        try
        {
            await using var visitor = await world.VisitorAsync(cancel);
            var answer = await visitor.ReadAsync(world.NodeReference, ["temperature", "humidity"], cancel);
            terminal.Say($"The provisioning service is not reachable yet. The visitor asks all the same: [bold]{Markup.Escape(answer.ToString())}[/]"
                + (answer.Refusal is null ? ", from the node's own cache." : ". (The node had nothing in its cache.)"));
        }
        finally
        {
            world.Gate.Open();
        }
    }
}
