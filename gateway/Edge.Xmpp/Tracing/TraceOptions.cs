using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Tracing;

/// <summary>Writing down what passes between the server and one account's clients; section <c>xmpp:trace</c>. Nothing is written until an operator asks.</summary>
public sealed class TraceOptions
{
    /// <summary>The longest that a trace goes on, in minutes: what people say to each other is not to be written down for ever by mistake.</summary>
    public int MaxMinutes { get; set; } = 60;

    /// <summary>The size of one trace's file; at its end nothing more is written. An hour of a busy client.</summary>
    public int MaxBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Bytes of one trace that wait for the disk; what comes then is left out, and counted. A few of the largest stanzas.</summary>
    public int MaxWaitingBytes { get; set; } = 1024 * 1024;

    /// <summary>Accounts that are traced at the same time.</summary>
    public int MaxTraces { get; set; } = 4;
}

/// <summary>Says everything that is wrong with the section at once.</summary>
internal sealed class TraceOptionsValidator : IValidateOptions<TraceOptions>
{
    public ValidateOptionsResult Validate(string? name, TraceOptions options) => new OptionErrors("xmpp:trace")
        .Range("maxMinutes", options.MaxMinutes, 1, 10_080)
        .Range("maxBytes", options.MaxBytes, 4096, 1024 * 1024 * 1024)
        .Range("maxWaitingBytes", options.MaxWaitingBytes, 4096, 256 * 1024 * 1024)
        .Range("maxTraces", options.MaxTraces, 1, 100)
        .Result;
}
