using System.Globalization;

namespace Edge.Gateway.Demo;

/// <summary>What the demonstration sets itself, on top of the gateway's defaults and the environment.</summary>
internal static class DemoConfiguration
{
    /// <summary>The settings: loopback and a clear-text portal, or with <c>--lan</c> every interface and TLS; a taken port gives way.</summary>
    public static Dictionary<string, string?> For(DemoOptions demo)
    {
        var address = demo.Lan ? "any" : "localhost";
        return new(StringComparer.OrdinalIgnoreCase)
        {
            ["gateway:dataFolder"] = demo.DataFolder,
            ["gateway:logLevel"] = nameof(LogLevel.Error),
            ["listeners:takenPort"] = "next",
            ["listeners:mqtts:address"] = address,
            ["listeners:xmpp:address"] = address,
            ["listeners:https:address"] = address,
            ["listeners:https:enabled"] = Text(demo.Lan),
            ["fieldbus:modbus:simulatedMeter:isEnabled"] = Text(true),
            // The story asks the node itself, so that it can tell of it.
            ["mqtt:nodeProtocol:askEveryMinutes"] = "0",
            ["listeners:http:enabled"] = Text(!demo.Lan),
        };
    }

    private static string Text(bool value) => value.ToString(CultureInfo.InvariantCulture);
}
