using Edge.Transport;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Provisioning;

/// <summary>Limits of the provisioning service towards XMPP devices. Section <c>xmpp:provisioning</c>.</summary>
public sealed class ProvisioningOptions
{
    /// <summary>How many devices are remembered, to be told when answers they may have cached are out of date: as many as the registry has things.</summary>
    public int MaxDevices { get; set; } = 10_000;

    /// <summary>Seconds that a device has to acknowledge <c>clearCache</c>; one that sleeps between messages answers late.</summary>
    public int AcknowledgeSeconds { get; set; } = 20;

    /// <summary>Seconds after which a device or owner who was not there is looked for again, if his presence did not tell before.</summary>
    public int RetrySeconds { get; set; } = 60;

    /// <summary>How many questions wait for owners who are not online; more are found in the portal only.</summary>
    public int MaxWaitingQuestions { get; set; } = 1000;
}

/// <summary>Checks <see cref="ProvisioningOptions"/>.</summary>
internal sealed class ProvisioningOptionsValidator : IValidateOptions<ProvisioningOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ProvisioningOptions options) => new OptionErrors("xmpp:provisioning")
        .Range("maxDevices", options.MaxDevices, 1, 1_000_000)
        .Range("acknowledgeSeconds", options.AcknowledgeSeconds, 1, 600)
        .Range("retrySeconds", options.RetrySeconds, 1, 3600)
        .Range("maxWaitingQuestions", options.MaxWaitingQuestions, 1, 100_000)
        .Result;
}
