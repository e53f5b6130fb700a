using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.OfflineMessages;

/// <summary>How much waits for accounts that are away; section <c>xmpp:offlineMessages</c>.</summary>
public sealed class OfflineOptions
{
    /// <summary>Messages that wait for one account; the sender of one more is told. A busy month of a person, a week of a thing that reports hourly.</summary>
    public int MaxMessages { get; set; } = 500;

    /// <summary>Their bytes. Four of the largest stanzas, or a few thousand of ordinary ones.</summary>
    public int MaxBytes { get; set; } = 1024 * 1024;

    /// <summary>Days that a message waits. What nobody fetched in a month is of no use any more.</summary>
    public int KeepDays { get; set; } = 30;
}

/// <summary>Says everything that is wrong with the section <c>xmpp:offlineMessages</c> at once.</summary>
internal sealed class OfflineOptionsValidator : IValidateOptions<OfflineOptions>
{
    public ValidateOptionsResult Validate(string? name, OfflineOptions options) => new OptionErrors("xmpp:offlineMessages")
        .Add(options.MaxMessages is < 0 or > 100_000 ? [$"xmpp:offlineMessages:maxMessages is {options.MaxMessages}: give 0 (none wait) to 100000."] : [])
        .Range("maxBytes", options.MaxBytes, 10_000, 1024 * 1024 * 1024)
        .Range("keepDays", options.KeepDays, 1, 3650)
        .Result;
}
