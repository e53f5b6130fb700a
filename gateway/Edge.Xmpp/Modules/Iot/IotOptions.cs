using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Iot;

/// <summary>What one request of IoT over XMPP may hold. Section <c>xmpp:iot</c>.</summary>
public sealed class IotOptions
{
    /// <summary>The most nodes that one request may name: a floor of meters in one read-out, but not a building.</summary>
    public int MaxNodesPerRequest { get; set; } = 64;

    /// <summary>The most fields, parameters or tags that one request may name.</summary>
    public int MaxNamesPerRequest { get; set; } = 64;

    /// <summary>The longest name or id in characters; the registry's own limits (XEP-0347 §4.2) are stricter.</summary>
    public int MaxNameLength { get; set; } = 128;

    /// <summary>The longest list of tokens in characters: two JSON web tokens of common size.</summary>
    public int MaxTokenLength { get; set; } = 4096;
}

/// <summary>Checks <see cref="IotOptions"/>.</summary>
internal sealed class IotOptionsValidator : IValidateOptions<IotOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, IotOptions options) => new OptionErrors("xmpp:iot")
        .Range("maxNodesPerRequest", options.MaxNodesPerRequest, 1, 10_000)
        .Range("maxNamesPerRequest", options.MaxNamesPerRequest, 1, 10_000)
        .Range("maxNameLength", options.MaxNameLength, 16, 1024)
        .Range("maxTokenLength", options.MaxTokenLength, 0, 65_536)
        .Result;
}
