namespace Edge.Benchmarks.Mqtt.Servers;

/// <summary>What our broker is configured with: limits that the load does not reach, everything else as it comes.</summary>
internal static class BrokerSettings
{
    /// <summary>The settings of section <c>mqtt</c>.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["rateLimit"] = "{ messagesPerSecond: 10000000, burst: 10000000 }",
        ["connections"] = "{ total: 20000, perAddress: 20000 }",
        ["maxQueuedMessages"] = "50000",
        ["maxQueuedBytes"] = "16777216",
    };
}
