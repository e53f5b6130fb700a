using Edge.Transport;

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
    public ValidateOptionsResult Validate(string? name, BlockingOptions options) => new OptionErrors("xmpp:blocking")
        .Range("maxItems", options.MaxItems, 1, 10_000)
        .Result;
}
