using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Retained;

/// <summary>Section <c>mqtt:retained</c>.</summary>
public sealed class RetainedOptions
{
    /// <summary>The most retained messages.</summary>
    public int MaxMessages { get; set; } = 10_000;

    /// <summary>The most bytes of their payloads. They are kept in memory, too.</summary>
    public long MaxBytes { get; set; } = 16 * 1024 * 1024;
}

internal sealed class RetainedOptionsValidator : IValidateOptions<RetainedOptions>
{
    public ValidateOptionsResult Validate(string? name, RetainedOptions options)
    {
        var errors = new List<string>();
        if (options.MaxMessages is < 0 or > 10_000_000) errors.Add($"mqtt:retained:maxMessages is {options.MaxMessages}: give 0 to 10000000.");
        if (options.MaxBytes is < 0 or > 1L << 36) errors.Add($"mqtt:retained:maxBytes is {options.MaxBytes}: give 0 to {1L << 36}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
