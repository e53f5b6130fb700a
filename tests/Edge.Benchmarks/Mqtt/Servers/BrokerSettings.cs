namespace Edge.Benchmarks.Mqtt.Servers;

/// <summary>What our broker is configured with: limits that the load does not reach, everything else as it comes.</summary>
internal static class BrokerSettings
{
    private static readonly (string Section, string Key, string Value)[] Settings =
    [
        ("rateLimit", "messagesPerSecond", "10000000"),
        ("rateLimit", "burst", "10000000"),
        ("rateLimit", "bytesPerSecond", "1000000000000"),
        ("rateLimit", "burstBytes", "1000000000000"),
        ("rateLimit", "filtersPerSecond", "10000000"),
        ("rateLimit", "filterBurst", "10000000"),
        ("connections", "total", "20000"),
        ("connections", "perAddress", "20000"),
        ("", "maxQueuedMessages", "50000"),
        ("", "maxQueuedBytes", "16777216"),
    ];

    /// <summary>The keys below a section.</summary>
    public static Dictionary<string, string?> Keys(string section) =>
        Settings.ToDictionary(s => $"{section}:{(s.Section.Length > 0 ? s.Section + ":" : "")}{s.Key}", s => (string?)s.Value);

    /// <summary>As environment variables of the gateway.</summary>
    public static Dictionary<string, string> Environment() =>
        Keys("mqtt").ToDictionary(k => "EDGE_" + k.Key.Replace(":", "__", StringComparison.Ordinal), k => k.Value!);
}
