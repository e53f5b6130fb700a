using System.Diagnostics;
using System.Text.Json;

using Spectre.Console;

namespace Edge.Gateway.Demo;

/// <summary>Tells each step: a line for people on standard error, and with <c>--json</c> an object a line on standard output.</summary>
internal sealed class Reporter(Terminal terminal, bool json, bool isOnce)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>True while every step held.</summary>
    public bool AllHeld { get; private set; } = true;

    /// <summary>Plays a step and tells how it went. A step that fails is told and does not throw; the story decides what it needs.</summary>
    public async Task<bool> StepAsync(string step, string words, Func<Task<string>> play)
    {
        var watch = Stopwatch.StartNew();
        var (ok, seen) = (false, "");
        try
        {
            seen = await play();
            ok = true;
        }
        catch (StepFailedException failed)
        {
            seen = failed.Message;
        }
        catch (Exception error) when (error is IOException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            seen = $"{error.GetType().Name}: {error.Message}";
        }

        Tell(step, words, ok, watch.ElapsedMilliseconds, seen);
        return ok;
    }

    /// <summary>Tells of a step that has been played elsewhere.</summary>
    public void Tell(string step, string words, long ms, string seen) => Tell(step, words, ok: true, ms, seen);

    /// <summary>Writes the line for other programs, where the demonstration stays up for them.</summary>
    public void WriteReady(Func<object> line)
    {
        if (!isOnce) Write(line());
    }

    private void Write(object line)
    {
        if (!json) return;

        Console.Out.WriteLine(JsonSerializer.Serialize(line, Options));
        Console.Out.Flush();
    }

    private void Tell(string step, string words, bool ok, long ms, string seen)
    {
        AllHeld &= ok;
        terminal.Say($"{(ok ? "[green]✓[/]" : "[red]✗[/]")} {Markup.Escape(words)}: [grey]{Markup.Escape(seen)} ({ms} ms)[/]");
        if (isOnce) Write(new { step, ok, ms, seen });
    }
}

/// <summary>A step of the story did not hold; the message says what was seen instead.</summary>
internal sealed class StepFailedException(string seen) : Exception(seen);
