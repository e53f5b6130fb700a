using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Blocking;

/// <summary>Limits of blocking; section <c>xmpp:blocking</c>.</summary>
public sealed class BlockingOptions
{
    /// <summary>Addresses that one account may block. All lists are kept in memory: 500 addresses take about 50 KiB.</summary>
    public int MaxItems { get; set; } = 500;
}

/// <summary>Checks the section <c>xmpp:blocking</c>.</summary>
internal sealed class BlockingOptionsValidator : IValidateOptions<BlockingOptions>
{
    public ValidateOptionsResult Validate(string? name, BlockingOptions options) => options.MaxItems is >= 1 and <= 10_000
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"xmpp:blocking:maxItems is {options.MaxItems}: give 1 to 10000.");
}
