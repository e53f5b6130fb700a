using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Registry;

using Microsoft.Extensions.Logging;

namespace Edge.Xmpp.External;

/// <summary>Who may see the concentrator's account online: whoever owns something behind it, and the gateway's own services. Nobody needs it to ask for
/// readings, which are decided on for each request.</summary>
internal sealed partial class ConcentratorContacts(
    IConcentrator concentrator, IThingRegistry registry, LinkSetting setting, ILogger<ConcentratorContacts> logger)
{
    /// <summary>The answer to a presence of a type; null where there is none.</summary>
    public string? Answer(string type, Jid from)
    {
        if (type == "unsubscribe") return "unsubscribed";
        if (type != "subscribe") return null;
        if (IsTrusted(from.Bare)) return "subscribed";

        LogRefused(from.Bare);
        return "unsubscribed";
    }

    private bool IsTrusted(Jid contact) =>
        contact == setting.Things.RegistryAddress || contact == setting.Things.ProvisioningAddress
        || concentrator.Sources.SelectMany(s => s.Nodes).Any(n => registry.Find(concentrator.Identify(n.Reference))?.Owner?.Bare == contact);

    [LoggerMessage(EventId = 3653, Level = LogLevel.Information, Message = "{Contact} wanted to see the concentrator's presence, and owns nothing behind it: refused")]
    private partial void LogRefused(Jid contact);
}
