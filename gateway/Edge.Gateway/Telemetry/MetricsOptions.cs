using Microsoft.Extensions.Options;

namespace Edge.Gateway.Telemetry;

/// <summary>Who may read what the gateway counts, at <c>/metrics</c> of the portal's listeners (section <c>metrics</c>).</summary>
public sealed class MetricsOptions
{
    /// <summary>False takes <c>/metrics</c> away; nothing is counted for it then.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>What a reader sends as <c>Authorization: Bearer …</c>, 16 to 256 characters without spaces. Empty: only this machine may read, which is right
    /// unless a proxy on it passes on what others ask.</summary>
    public string Token { get; set; } = "";

    /// <summary>The most lines of one instrument (16 to 100000): one more is left out, so that no tag can fill the memory. Ours have a few dozen.</summary>
    public int MaxSeries { get; set; } = 1_000;
}

/// <summary>Checks section <c>metrics</c>.</summary>
internal sealed class MetricsOptionsValidator : IValidateOptions<MetricsOptions>
{
    public ValidateOptionsResult Validate(string? name, MetricsOptions options)
    {
        var errors = new List<string>();
        if (options.Token.Length > 0 && (options.Token.Length is < 16 or > 256 || options.Token.Any(c => c is <= ' ' or > '~')))
            errors.Add("metrics:token cannot be used: give 16 to 256 characters of ASCII without spaces, or nothing for this machine only.");
        if (options.MaxSeries is < 16 or > 100_000) errors.Add($"metrics:maxSeries is {options.MaxSeries}: give 16 to 100000.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
