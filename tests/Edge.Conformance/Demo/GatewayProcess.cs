using System.Diagnostics;
using System.Text;
using System.Text.Json;

using Edge.TestKit;

namespace Edge.Conformance.Demo;

/// <summary>The gateway as a process of its own, as a user starts it; ended by its own pid.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private GatewayProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors) _errors.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>Its pid.</summary>
    public int Id => _process.Id;

    /// <summary>Starts it on free ports, whatever else runs on this machine.</summary>
    public static GatewayProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "edge-gateway.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var listener in new[] { "mqtts", "mqtt", "xmpp", "xmpps", "https", "http" }) start.Environment[$"EDGE_listeners__{listener}__port"] = "0";
        return new(Process.Start(start)!);
    }

    /// <summary>The next line of standard output, or null at its end.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancel) => await _process.StandardOutput.ReadLineAsync(cancel);

    /// <summary>The rest of standard output as JSON lines.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReadLinesAsync(CancellationToken cancel)
    {
        List<JsonElement> lines = [];
        while (await ReadLineAsync(cancel) is { } line) lines.Add(JsonDocument.Parse(line).RootElement.Clone());
        return lines;
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancel)
    {
        await _process.WaitForExitAsync(cancel);
        return _process.ExitCode;
    }

    /// <summary>What it has written for people up to now.</summary>
    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    /// <summary>As a power cut would end it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>As Ctrl-C ends it.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])!;
        kill.WaitForExit();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }
}
