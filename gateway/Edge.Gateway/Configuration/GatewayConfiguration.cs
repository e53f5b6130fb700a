namespace Edge.Gateway.Configuration;

/// <summary>
/// Where settings come from, weakest first: the defaults in the options classes, what a command sets itself, the file given with
/// <c>--config</c>, environment variables (<c>EDGE_listeners__mqtts__port=18883</c> is <c>listeners:mqtts:port</c>).
/// </summary>
internal static class GatewayConfiguration
{
    /// <summary>The beginning of every environment variable that is a setting.</summary>
    public const string EnvironmentPrefix = "EDGE_";

    /// <summary>Reads all sources.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or a key or value in it cannot be used.</exception>
    public static IConfigurationRoot Load(string? file, IReadOnlyDictionary<string, string?>? ofCommand = null)
    {
        var builder = new ConfigurationBuilder();
        if (ofCommand is not null) builder.AddInMemoryCollection(ofCommand);
        if (file is not null) builder.AddYaml(file);
        builder.AddEnvironmentVariables(EnvironmentPrefix);
        return builder.Build();
    }
}
