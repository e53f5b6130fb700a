using Edge.Transport;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.ThingRegistry;

/// <summary>Limits of the thing registry towards XMPP things. Section <c>xmpp:thingRegistry</c>.</summary>
public sealed class ThingRegistryOptions
{
    /// <summary>Seconds that a thing has to acknowledge that it was claimed, removed or disowned.</summary>
    public int AcknowledgeSeconds { get; set; } = 10;

    /// <summary>Of how many things the words they use are remembered; others are spoken to in those of XEP-0347.</summary>
    public int MaxThingsOnline { get; set; } = 10_000;

    /// <summary>The most things in one page of search results.</summary>
    public int MaxFound { get; set; } = 50;
}

/// <summary>Checks <see cref="ThingRegistryOptions"/>.</summary>
internal sealed class ThingRegistryOptionsValidator : IValidateOptions<ThingRegistryOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ThingRegistryOptions options) => new OptionErrors("xmpp:thingRegistry")
        .Range("acknowledgeSeconds", options.AcknowledgeSeconds, 1, 600)
        .Range("maxThingsOnline", options.MaxThingsOnline, 1, 1_000_000)
        .Range("maxFound", options.MaxFound, 1, 1000)
        .Result;
}
