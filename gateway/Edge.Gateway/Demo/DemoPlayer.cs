using System.Diagnostics;

using Edge.Gateway.Commands;

namespace Edge.Gateway.Demo;

/// <summary>Plays the demonstration: unattended and to its end, or staying up for a person or another program.</summary>
internal sealed class DemoPlayer(DemoOptions demo, Terminal terminal)
{
    private readonly Reporter _reporter = new(terminal, demo.Json, demo.Once);

    /// <summary>Plays it; the exit code.</summary>
    public async Task<int> PlayAsync(CancellationToken cancel)
    {
        var held = demo.Once ? await OnceAsync(cancel) : await StayAsync(cancel);
        return held && _reporter.AllHeld ? ExitCode.Ok : ExitCode.Failed;
    }

    private async Task<bool> OnceAsync(CancellationToken cancel)
    {
        var total = Stopwatch.StartNew();
        if (!await FirstRunAsync(cancel)) return false;

        _reporter.Tell("stop", "Everything is stopped", total.ElapsedMilliseconds, "started again with the same data");
        var watch = Stopwatch.StartNew();
        await using var again = await DemoWorld.StartAsync(demo, terminal, isGateOpen: false, cancel);
        return await new Story(again, _reporter, terminal, demo).RestartedAsync(watch.ElapsedMilliseconds, cancel);
    }

    private async Task<bool> FirstRunAsync(CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        await using var world = await DemoWorld.StartAsync(demo, terminal, isGateOpen: true, cancel);
        var story = new Story(world, _reporter, terminal, demo);
        return await story.UntilTrustedAsync(watch.ElapsedMilliseconds, cancel) && await story.UnattendedAsync(cancel);
    }

    private async Task<bool> StayAsync(CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        await using var world = await DemoWorld.StartAsync(demo, terminal, isGateOpen: true, cancel);
        var story = new Story(world, _reporter, terminal, demo);
        using var keys = new Keyboard(world, terminal);
        try
        {
            if (!await story.UntilTrustedAsync(watch.ElapsedMilliseconds, cancel)) return false;

            terminal.Say("Next: open the owner's link and claim the node. [bold]v[/] lets a visitor ask to read, [bold]l[/] to switch the LED output; answer in the portal.");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        }
        catch (OperationCanceledException)
        {
            terminal.Say("Stopping.");
        }

        return true;
    }
}
