using Spectre.Console;

namespace Edge.Gateway.Demo;

/// <summary>The person at the demonstration: b presses the node's button, v and l let the visitor ask. Without a terminal nothing is read.</summary>
internal sealed class Keyboard : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly string[] Wanted = ["temperature", "humidity"];

    private readonly DemoWorld _world;
    private readonly Terminal _terminal;
    private readonly CancellationTokenSource _stop = new();
    private bool _ledWanted = true;

    /// <summary>Begins to listen.</summary>
    public Keyboard(DemoWorld world, Terminal terminal)
    {
        (_world, _terminal) = (world, terminal);
        if (!Console.IsInputRedirected) _ = ListenAsync(_stop.Token);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            while (Console.KeyAvailable) await ActAsync(Console.ReadKey(intercept: true).KeyChar, cancel);
            await Task.Delay(Pause, TimeProvider.System, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ActAsync(char key, CancellationToken cancel)
    {
        try
        {
            switch (char.ToLowerInvariant(key))
            {
                case 'b':
                    _world.Node.PressButton();
                    break;
                case 'v':
                    await AskAsync("reads temperature and humidity", v => v.ReadAsync(_world.NodeReference, Wanted, cancel), cancel);
                    break;
                case 'l':
                    await AskAsync($"switches the LED output {(_ledWanted ? "on" : "off")}", v => v.SetAsync(_world.NodeReference, "boolean", "led", _ledWanted ? "true" : "false", cancel), cancel);
                    break;
            }
        }
        catch (Exception error) when (error is StepFailedException or InvalidOperationException or IOException or OperationCanceledException or Xmpp.Client.XmppClientException)
        {
            _terminal.Say($"[red]{Markup.Escape(error.Message)}[/]");
        }
    }

    private async Task AskAsync(string what, Func<Visitor, Task<VisitorAnswer>> ask, CancellationToken cancel)
    {
        await using var visitor = await _world.VisitorAsync(cancel);
        var answer = await ask(visitor);
        if (answer.Refusal is null && answer.Fields.Count == 0) _ledWanted = !_ledWanted;
        _terminal.Say($"The visitor {what}: [bold]{Markup.Escape(answer.ToString())}[/]" + (answer.Refusal is null ? "" : $"  [grey]See {_world.Portal}/questions[/]"));
    }
}
