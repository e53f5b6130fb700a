using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Mqtt.Servers;

namespace Edge.Benchmarks.Xmpp.Servers;

/// <summary>Our gateway as it is installed, with the XMPP listener alone.</summary>
/// <param name="file">edge-gateway.dll; null for the one that this repository built in Release.</param>
internal sealed class XmppGatewayServer(string? file) : IXmppServerKind
{
    // Limits that the load does not reach; everything else as it comes.
    private static readonly Dictionary<string, string> Limits = new()
    {
        ["EDGE_xmpp__connections__total"] = "20000",
        ["EDGE_xmpp__connections__perAddress"] = "20000",
        ["EDGE_xmpp__rates__stanzasPerSecond"] = "1000000",
        ["EDGE_xmpp__rates__burstStanzas"] = "10000000",
        ["EDGE_xmpp__rates__bytesPerSecond"] = "2000000000",
        ["EDGE_xmpp__rates__burstBytes"] = "2000000000",
    };

    /// <inheritdoc/>
    public string Name => "ours";

    /// <inheritdoc/>
    public async Task<ServerProcess> StartAsync(XmppPlan plan)
    {
        var port = ServerProcess.FreePort();
        await AccountMint.MakeAsync(plan.File("data"), plan);
        var configuration = plan.File("gateway.yaml");
        await File.WriteAllTextAsync(configuration, Configuration(plan, port));
        return ServerProcess.Start(["dotnet", file ?? GatewayServer.Find(), "run", "--config", configuration], port, plan.Log, Limits);
    }

    private static string Configuration(XmppPlan plan, int port)
    {
        var (chain, key, _) = ServerCertificate.Write(plan);
        return $$"""
            gateway: { dataFolder: {{plan.File("data")}}, logLevel: warning }
            things: { domain: {{XmppPlan.Domain}} }
            tls: { certificateFile: {{chain}}, keyFile: {{key}} }
            listeners:
              xmpp: { port: {{port}}, address: 127.0.0.1, allowPlain: true }
              mqtt: { enabled: false }
              mqtts: { enabled: false }
              https: { enabled: false }

            """;
    }
}
