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
    public ValidateOptionsResult Validate(string? name, OfflineOptions options)
    {
        var errors = new List<string>();
        if (options.MaxMessages is < 0 or > 100_000) errors.Add($"xmpp:offlineMessages:maxMessages is {options.MaxMessages}: give 0 (none wait) to 100000.");
        if (options.MaxBytes is < 10_000 or > 1024 * 1024 * 1024) errors.Add($"xmpp:offlineMessages:maxBytes is {options.MaxBytes}: give 10000 to 1073741824.");
        if (options.KeepDays is < 1 or > 3650) errors.Add($"xmpp:offlineMessages:keepDays is {options.KeepDays}: give 1 to 3650.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
