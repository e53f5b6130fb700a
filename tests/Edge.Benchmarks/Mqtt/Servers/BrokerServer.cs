using Edge.Benchmarks.Compare;

namespace Edge.Benchmarks.Mqtt.Servers;

/// <summary>Our broker alone in a process (<c>serve-mqtt</c>).</summary>
internal sealed class BrokerServer : IServerKind
{
    /// <inheritdoc/>
    public string Name => "broker";

    /// <inheritdoc/>
    public async Task<RunningServer> StartAsync(ServerPlan plan)
    {
        var port = ServerProcess.FreePort();
        var data = Path.Combine(plan.Folder, "data");
        var logins = await TokenMint.IssueAsync(data, plan.Clients);
        string[] command = ["dotnet", typeof(BrokerServer).Assembly.Location, "serve-mqtt", "--data", data, "--port", $"{port}"];
        return new(ServerProcess.Start(command, port, plan.Log), logins);
    }
}
