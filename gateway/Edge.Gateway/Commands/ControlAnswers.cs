using System.CommandLine;

using Edge.Gateway.Control;

namespace Edge.Gateway.Commands;

/// <summary>What commands at the running gateway share.</summary>
internal static class ControlAnswers
{
    /// <summary><c>--config</c>, by which the gateway is found.</summary>
    public static Option<string?> ConfigOption() => new("--config") { Description = "The gateway's configuration file." };

    /// <summary>Asks for something that has no answer but done, or why not.</summary>
    public static async Task<int> PostAsync<T>(string path, T wish, string? config, CancellationToken cancel)
    {
        using var gateway = ControlClient.For(config);
        using var answer = await gateway.PostAsync(path, wish, cancel);
        return answer.IsSuccessStatusCode ? ExitCode.Ok : await RefusedAsync(answer, cancel);
    }

    /// <summary>Tells why not.</summary>
    public static async Task<int> RefusedAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var text = await answer.Content.ReadAsStringAsync(cancel);
        await Console.Error.WriteLineAsync(text.Length > 0 ? text : $"The gateway answered with status {(int)answer.StatusCode}: look at its log.");
        return ExitCode.Failed;
    }

    /// <summary>Scopes as they were typed; the gateway judges them.</summary>
    public static List<ScopeLine> Lines(string[]? scopes) =>
        [.. (scopes ?? []).Select(s => s.Split(' ', 2, StringSplitOptions.TrimEntries)).Select(parts => new ScopeLine(parts[0], parts.Length > 1 ? parts[1] : ""))];
}
