using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;
using Edge.TestKit;

namespace Edge.Tests.Gateway;

/// <summary>A gateway that keeps nothing, with one listener: clear-text MQTT on a free port.</summary>
internal static class SmallGateway
{
    /// <summary>The data folder of the gateways in a folder.</summary>
    public static string Data(TempFolder folder) => folder.File("data");

    /// <summary>Starts it, with settings on top.</summary>
    public static async Task<GatewayHost> StartAsync(TempFolder folder, params (string Key, string Value)[] settings)
    {
        var keys = new Dictionary<string, string?>
        {
            ["gateway:dataFolder"] = Data(folder),
            ["gateway:logLevel"] = "None",
            ["storage:driver"] = "memory",
            ["listeners:mqtts:enabled"] = "false",
            ["listeners:mqtt:port"] = "0",
            ["listeners:xmpp:enabled"] = "false",
            ["listeners:https:enabled"] = "false",
            ["listeners:http:enabled"] = "false",
        };
        foreach (var (key, value) in settings) keys[key] = value;
        var gateway = GatewayHost.Build(GatewayConfiguration.Load(null, keys));
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        return gateway;
    }
}
