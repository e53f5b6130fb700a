using Microsoft.Extensions.Options;

namespace Edge.Identity.Pending;

/// <summary>Section <c>identity:pending</c>: unknown devices that wait for an operator.</summary>
public sealed class PendingOptions
{
    /// <summary>The most that wait (0 to 10000); one more takes the place of the one that was not seen for longest. 0: none are remembered. More than a hundred
    /// nobody reads.</summary>
    public int MaxWaiting { get; set; } = 100;

    /// <summary>The most that are denied (0 to 10000). They are kept in the store.</summary>
    public int MaxDenied { get; set; } = 1_000;

    /// <summary>Hours after which one that was not seen again is forgotten (1 to 8760).</summary>
    public int KeepHours { get; set; } = 24;
}

/// <summary>Checks section <c>identity:pending</c>.</summary>
internal sealed class PendingOptionsValidator : IValidateOptions<PendingOptions>
{
    public ValidateOptionsResult Validate(string? name, PendingOptions options)
    {
        var errors = new List<string>();
        if (options.MaxWaiting is < 0 or > 10_000) errors.Add($"identity:pending:maxWaiting is {options.MaxWaiting}: give 0 to 10000.");
        if (options.MaxDenied is < 0 or > 10_000) errors.Add($"identity:pending:maxDenied is {options.MaxDenied}: give 0 to 10000.");
        if (options.KeepHours is < 1 or > 8_760) errors.Add($"identity:pending:keepHours is {options.KeepHours}: give 1 to 8760.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
