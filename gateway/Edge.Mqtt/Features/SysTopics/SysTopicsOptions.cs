using Microsoft.Extensions.Options;

namespace Edge.Mqtt.Features.SysTopics;

/// <summary>Section <c>mqtt:sysTopics</c>.</summary>
public sealed class SysTopicsOptions
{
    /// <summary>Seconds between two looks at what has changed, for those who subscribed to <c>$SYS/broker/…</c>; 0 switches the topics off. Ten, as
    /// Mosquitto has it.</summary>
    public int IntervalSeconds { get; set; } = 10;
}

internal sealed class SysTopicsOptionsValidator : IValidateOptions<SysTopicsOptions>
{
    public ValidateOptionsResult Validate(string? name, SysTopicsOptions options) => options.IntervalSeconds is < 0 or > 3600
        ? ValidateOptionsResult.Fail($"mqtt:sysTopics:intervalSeconds is {options.IntervalSeconds}: give 1 to 3600, or 0 to switch $SYS off.")
        : ValidateOptionsResult.Success;
}
