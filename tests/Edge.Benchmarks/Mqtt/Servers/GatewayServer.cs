using Edge.Benchmarks.Compare;

namespace Edge.Benchmarks.Mqtt.Servers;

/// <summary>Our gateway as it is installed, with the clear-text MQTT listener alone.</summary>
/// <param name="file">edge-gateway.dll; null for the one that this repository built in Release.</param>
internal sealed class GatewayServer(string? file) : IServerKind
{
    /// <inheritdoc/>
    public string Name => "ours";

    /// <inheritdoc/>
    public async Task<RunningServer> StartAsync(ServerPlan plan)
    {
        var port = ServerProcess.FreePort();
        var data = Path.Combine(plan.Folder, "data");
        var logins = await TokenMint.IssueAsync(data, plan.Clients);
        var configuration = Path.Combine(plan.Folder, "gateway.yaml");
        await File.WriteAllTextAsync(configuration, Configuration(data, port));
        return new(ServerProcess.Start(["dotnet", file ?? Find(), "run", "--config", configuration], port, plan.Log, BrokerSettings.Environment()), logins);
    }

    private static string Configuration(string data, int port) =>
        $$"""
        gateway: { dataFolder: {{data}}, logLevel: warning }
        listeners:
          mqtt: { port: {{port}}, address: 127.0.0.1 }
          mqtts: { enabled: false }
          xmpp: { enabled: false }
          https: { enabled: false }

        """;

    /// <summary>The Release build of this repository.</summary>
    internal static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Edge.sln"))) continue;
            var built = Path.Combine(folder.FullName, "gateway", "Edge.Gateway", "bin", "Release", "net10.0", "edge-gateway.dll");
            if (File.Exists(built)) return built;
        }

        throw new IOException("There is no Release build of the gateway: run 'dotnet build gateway/Edge.Gateway -c Release', or give --gateway with the path of an edge-gateway.dll.");
    }
}
