using System.Diagnostics;
using System.Text.Json;

using Edge.TestKit;

namespace Edge.Conformance.Xmpp;

/// <summary>Scripts beside this file.</summary>
internal static class PythonScript
{
    /// <summary>Runs one; returns what it printed: one JSON object a line, by its <c>step</c>.</summary>
    public static Task<Dictionary<string, JsonElement>> RunAsync(string script, string[] modules, params string[] arguments) =>
        RunAsync(script, new ProcessStartInfo(Peer.RequirePython(modules), [Path.Combine(AppContext.BaseDirectory, "Xmpp", script), .. arguments]));

    /// <summary>Runs any program that prints so.</summary>
    public static async Task<Dictionary<string, JsonElement>> RunAsync(string name, ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var steps = new Dictionary<string, JsonElement>();
        try
        {
            using var time = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (await process.StandardOutput.ReadLineAsync(time.Token) is { } line)
            {
                var json = JsonDocument.Parse(line).RootElement;
                steps[json.GetProperty("step").GetString()!] = json;
            }

            await process.WaitForExitAsync(time.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        Assert.True(process.ExitCode == 0, $"{name} ended with {process.ExitCode} after {string.Join(", ", steps.Keys)}:\n{await errors}");
        return steps;
    }
}
