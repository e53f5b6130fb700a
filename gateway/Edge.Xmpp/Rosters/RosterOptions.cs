using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Rosters;

/// <summary>Limits of a roster; section <c>xmpp:roster</c>.</summary>
public sealed class RosterOptions
{
    /// <summary>Contacts of one account, requests that wait included. A client shows a few hundred with ease.</summary>
    public int MaxItems { get; set; } = 1000;

    /// <summary>Groups of one contact.</summary>
    public int MaxGroups { get; set; } = 20;

    /// <summary>The name of a contact or of a group, in characters.</summary>
    public int MaxNameLength { get; set; } = 255;
}

/// <summary>Checks the section <c>xmpp:roster</c>.</summary>
internal sealed class RosterOptionsValidator : IValidateOptions<RosterOptions>
{
    public ValidateOptionsResult Validate(string? name, RosterOptions options) => new OptionErrors("xmpp:roster")
        .Range("maxItems", options.MaxItems, 1, 100_000)
        .Range("maxGroups", options.MaxGroups, 0, 1000)
        .Range("maxNameLength", options.MaxNameLength, 1, 10_000)
        .Result;
}
