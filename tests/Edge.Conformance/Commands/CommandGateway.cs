using Edge.Conformance.Demo;
using Edge.TestKit;

namespace Edge.Conformance.Commands;

/// <summary>A gateway that runs as a process, and commands as processes beside it.</summary>
internal sealed class CommandGateway : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private GatewayProcess _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What the gateway has said of itself.</summary>
    public string Greeting => _gateway.Errors;

    /// <summary>A file of the gateway's.</summary>
    public string File(string name) => _folder.File(name);

    /// <summary>Starts the gateway, and waits until it listens.</summary>
    public async Task StartAsync()
    {
        await System.IO.File.WriteAllTextAsync(File("gateway.yaml"), $"gateway: {{ dataFolder: {File("data")} }}\n", Cancel);
        _gateway = GatewayProcess.Start("run", "--config", File("gateway.yaml"));
        await Eventually.HoldsAsync(() => _gateway.Errors.Contains("CA certificate", StringComparison.Ordinal), seconds: 40);
    }

    /// <summary>Starts a command with the gateway's configuration.</summary>
    public GatewayProcess Command(params string[] arguments) => GatewayProcess.Start([.. arguments, "--config", File("gateway.yaml")]);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }
}
