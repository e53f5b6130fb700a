using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Tracing;

/// <summary>Writing down what passes between the server and one account's clients; section <c>xmpp:trace</c>. Nothing is written until an operator asks.</summary>
public sealed class TraceOptions
{
    /// <summary>The longest that a trace goes on, in minutes: what people say to each other is not to be written down for ever by mistake.</summary>
    public int MaxMinutes { get; set; } = 60;

    /// <summary>The size of one trace's file; at its end nothing more is written. An hour of a busy client.</summary>
    public int MaxBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Accounts that are traced at the same time.</summary>
    public int MaxTraces { get; set; } = 4;
}

/// <summary>Says everything that is wrong with the section at once.</summary>
internal sealed class TraceOptionsValidator : IValidateOptions<TraceOptions>
{
    public ValidateOptionsResult Validate(string? name, TraceOptions options)
    {
        var errors = new List<string>();
        if (options.MaxMinutes is < 1 or > 10_080) errors.Add($"xmpp:trace:maxMinutes is {options.MaxMinutes}: give 1 to 10080.");
        if (options.MaxBytes is < 4096 or > 1024 * 1024 * 1024) errors.Add($"xmpp:trace:maxBytes is {options.MaxBytes}: give 4096 to 1073741824.");
        if (options.MaxTraces is < 1 or > 100) errors.Add($"xmpp:trace:maxTraces is {options.MaxTraces}: give 1 to 100.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
