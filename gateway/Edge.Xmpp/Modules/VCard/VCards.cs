using Edge.Storage;
using Edge.Transport;
using Edge.Xmpp.Modules.AccountElements;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.VCard;

/// <summary>The cards of all accounts.</summary>
internal sealed class VCards(IStorage storage) : AccountElement(storage, "xmpp-vcards", "vCard");

/// <summary>Limits of vCards; section <c>xmpp:vCard</c>.</summary>
public sealed class VCardOptions
{
    /// <summary>One card, in bytes. Pictures in them are 8 to 60 KiB, and a third more in base64.</summary>
    public int MaxBytes { get; set; } = 128 * 1024;
}

/// <summary>Checks <see cref="VCardOptions"/>.</summary>
internal sealed class VCardOptionsValidator : IValidateOptions<VCardOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, VCardOptions options) => new OptionErrors("xmpp:vCard")
        .Range("maxBytes", options.MaxBytes, 1024, 4 * 1024 * 1024)
        .Result;
}
