using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.Retained;

/// <summary>Section <c>mqtt:retained</c>.</summary>
public sealed class RetainedOptions
{
    /// <summary>The most retained messages.</summary>
    public int MaxMessages { get; set; } = 10_000;

    /// <summary>The most bytes of their topics, properties and payloads. They are kept in memory, too.</summary>
    public long MaxBytes { get; set; } = 16 * 1024 * 1024;
}

internal sealed class RetainedOptionsValidator : IValidateOptions<RetainedOptions>
{
    public ValidateOptionsResult Validate(string? name, RetainedOptions options) => new OptionErrors("mqtt:retained")
        .Range("maxMessages", options.MaxMessages, 0, 10_000_000)
        .Range("maxBytes", options.MaxBytes, 0, 1L << 36)
        .Result;
}
