using Microsoft.Extensions.Options;

namespace Edge.Gateway.Configuration;

/// <summary>What concerns the gateway as a whole (section <c>gateway</c>).</summary>
public sealed class GatewayOptions
{
    /// <summary>The folder that holds everything worth keeping: database, keys, certificates. Made at first start.</summary>
    public string DataFolder { get; set; } = "edge-data";

    /// <summary>The least severe log lines to print: Trace, Debug, Information, Warning, Error, Critical, None.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;
}

/// <summary>Checks the gateway's own section.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options) =>
        string.IsNullOrWhiteSpace(options.DataFolder)
            ? ValidateOptionsResult.Fail("gateway:dataFolder is empty: give a folder that this user may write.")
            : ValidateOptionsResult.Success;
}
