using Edge.Transport;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.ClientState;

/// <summary>What waits for a client that says that nobody looks at it; section <c>xmpp:clientState</c>.</summary>
public sealed class ClientStateOptions
{
    /// <summary>Presence waits, the last one of each sender, until the client is active or something important comes.</summary>
    public bool HoldPresence { get; set; } = true;

    /// <summary>Messages that say only whether somebody types (XEP-0085) are dropped: they are out of date when they are looked at.</summary>
    public bool DropChatStates { get; set; } = true;

    /// <summary>Presences that wait; one more, and all are sent. A roster of some hundreds, with a few clients each.</summary>
    public int MaxHeldPresences { get; set; } = 500;

    /// <summary>Likewise, in bytes.</summary>
    public int MaxHeldBytes { get; set; } = 256 * 1024;
}

/// <summary>Says everything that is wrong with the section at once.</summary>
internal sealed class ClientStateOptionsValidator : IValidateOptions<ClientStateOptions>
{
    public ValidateOptionsResult Validate(string? name, ClientStateOptions options) => new OptionErrors("xmpp:clientState")
        .Range("maxHeldPresences", options.MaxHeldPresences, 1, 100_000)
        .Range("maxHeldBytes", options.MaxHeldBytes, 1024, 64 * 1024 * 1024)
        .Result;
}
