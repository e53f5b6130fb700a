using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.StreamManagement;

/// <summary>Acknowledgements and resumption; section <c>xmpp:streamManagement</c>.</summary>
public sealed class StreamManagementOptions
{
    /// <summary>Seconds for which a session waits for its client after the connection broke; 0: sessions are not resumed. A phone in a tunnel, or
    /// a device whose router starts anew, is back within five minutes; until then, others see it as present.</summary>
    public int ResumeSeconds { get; set; } = 300;

    /// <summary>Stanzas of one client that it has not acknowledged; more, and its session ends. More than the outbox holds, so that a client
    /// that reads in time has the time to acknowledge.</summary>
    public int MaxUnacknowledgedStanzas { get; set; } = 5000;

    /// <summary>Likewise, in bytes.</summary>
    public int MaxUnacknowledgedBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Bytes for all sessions together that wait for their clients, each counted with 2 KiB and what it has not acknowledged; a session
    /// that would need more is not kept. 64 MiB hold some thousands of devices, and leave a Raspberry Pi its memory.</summary>
    public int MaxKeptBytes { get; set; } = 64 * 1024 * 1024;
}

/// <summary>Says everything that is wrong with the section at once.</summary>
internal sealed class StreamManagementOptionsValidator : IValidateOptions<StreamManagementOptions>
{
    public ValidateOptionsResult Validate(string? name, StreamManagementOptions options) => new OptionErrors("xmpp:streamManagement")
        .Range("resumeSeconds", options.ResumeSeconds, 0, 86_400)
        .Range("maxUnacknowledgedStanzas", options.MaxUnacknowledgedStanzas, 10, 1_000_000)
        .Range("maxUnacknowledgedBytes", options.MaxUnacknowledgedBytes, 64 * 1024, 1024 * 1024 * 1024)
        .Range("maxKeptBytes", options.MaxKeptBytes, 64 * 1024, 1024 * 1024 * 1024)
        .Result;
}
