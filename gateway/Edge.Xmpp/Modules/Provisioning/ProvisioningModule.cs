using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Things;
using Edge.Things.Provisioning;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Provisioning;

/// <summary>XEP-0324: answers devices who may be their friend, who may read and who may control, as their owners said.</summary>
[Xep(324, "0.5", Keeps = "xmpp-devices", Note = "Retracted by its author. Friendship, read-out, control, cache; no tokens, services or privileges. Served in its successors' namespaces (urn:nf, urn:ieee, urn:nfi :iot:prov:d:1.0) as well.")]
internal sealed class ProvisioningModule(
    IProvisioning provisioning, DeviceBook book, CacheClearing clearing, IStanzaSender sender, IOptions<IotOptions> limits) : IXmppModule
{
    /// <inheritdoc/>
    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddModuleOptions<ProvisioningOptions, ProvisioningOptionsValidator>(section)
        .AddSingleton<DeviceBook>()
        .AddSingleton<IAccountData>(provider => provider.GetRequiredService<DeviceBook>())
        .AddSingleton<CacheClearing>()
        .AddSingleton<QuestionMail>()
        .AddSingleton<ProvisioningClock>()
        .AddHostedService<ProvisioningTurns>();

    /// <inheritdoc/>
    public void Configure(XmppModuleBuilder xmpp)
    {
        xmpp.OnProvisioning().Feature(IotArea.DeviceProvisioning.Features).OnPresence(TakePresenceAsync);
        foreach (var ns in IotArea.DeviceProvisioning.All)
        {
            xmpp.OnIqGet(ns + "isFriend", IsFriendAsync)
                .OnIqGet(ns + "canRead", (iq, cancel) => DecideAsync(iq, Operation.Read, cancel))
                .OnIqGet(ns + "canControl", (iq, cancel) => DecideAsync(iq, Operation.Control, cancel));
        }
    }

    private async ValueTask<IqResult> IsFriendAsync(Iq iq, CancellationToken cancel)
    {
        if (!Jid.TryParse(iq.Payload.Attribute("jid")?.Value, out var jid)) return NoJid();

        await NoteAsync(iq, aboutFriends: true, cancel);
        var decision = await provisioning.DecideAsync(new(new(iq.From), jid.Bare, Operation.Befriend, NameSet.All), cancel);
        return new XElement(iq.Payload.Name.Namespace + "isFriendResponse", new XAttribute("jid", jid.Bare.ToString()), Result(decision.IsAllowed));
    }

    private async ValueTask<IqResult> DecideAsync(Iq iq, Operation operation, CancellationToken cancel)
    {
        var words = IotVocabulary.Of(iq.Payload.Name.Namespace);
        string[] nameElements = operation == Operation.Read ? [words.Field] : ["parameter", "p"];
        if (!IotRequest.TryRead(iq.Payload, limits.Value, nameElements, out var request, out var error)) return error;

        if (!Jid.TryParse(iq.Payload.Attribute("jid")?.Value, out var caller)) return NoJid();

        await NoteAsync(iq, aboutFriends: false, cancel);
        var allowed = await AccessReduction.DecideAsync(provisioning, iq.From.Bare, new(caller.Bare, operation, request), cancel);
        return Answer(iq.Payload, caller.Bare, request, allowed);
    }

    // Lists what is left of the request only where it is less than that (XEP-0324 §3.3.2, §3.3.3).
    private static XElement Answer(XElement question, Jid caller, IotRequest request, AccessReduction allowed)
    {
        var answer = new XElement(question.Name.Namespace + (question.Name.LocalName + "Response"),
            new XAttribute("jid", caller.ToString()),
            request.Words.Categories.Select(w => question.Attribute(w.Text)).OfType<XAttribute>().Select(a => new XAttribute(a.Name, a.Value)),
            Result(allowed.IsAllowed));
        if (!allowed.IsAllowed) return answer;

        if (allowed.Nodes.Count < request.Nodes.Count)
            answer.Add(allowed.Nodes.Select(n => new XElement(request.Namespace + request.Words.Node, NodeAttributes.Write(n, request.Words))));
        if (allowed.Names != request.Names && allowed.Names.Names is { } names)
            answer.Add(names.Select(n => Name(question, request, n)));
        return answer;
    }

    private static XElement Name(XElement question, IotRequest request, string name)
    {
        // The later schema and its peers spell parameters differently: the answer follows the question.
        var isRead = question.Name.LocalName == "canRead";
        var element = isRead ? request.Words.Field : question.Element(request.Namespace + "p") is null ? "parameter" : "p";
        var attribute = element == "parameter" ? "name" : request.Words.Name;
        return new(request.Namespace + element, new XAttribute(attribute, XmlText.Clean(name)));
    }

    private async ValueTask NoteAsync(Iq iq, bool aboutFriends, CancellationToken cancel)
    {
        await book.AskedAsync(iq.From, iq.Payload.Name.NamespaceName, aboutFriends, cancel);
        // It is there, whether or not its presence told.
        clearing.Begin(iq.From, iq.From);
    }

    private async ValueTask TakePresenceAsync(Presence presence, CancellationToken cancel)
    {
        var service = IotAddress.Provisioning(sender);
        switch (presence.Type)
        {
            case "":
                clearing.Begin(presence.From, presence.From);
                break;
            case "subscribe":
                // Trust is the device's to give; the service is there for everybody, and wants to know when a device is back.
                await sender.SendAsync(service, presence.From.Bare, IotStanza.Presence("subscribed"), cancel);
                await sender.SendAsync(service, presence.From.Bare, IotStanza.Presence(""), cancel);
                await sender.SendAsync(service, presence.From.Bare, IotStanza.Presence("subscribe"), cancel);
                break;
            case "unsubscribe":
                await sender.SendAsync(service, presence.From.Bare, IotStanza.Presence("unsubscribed"), cancel);
                break;
            case "probe":
                await sender.SendAsync(service, presence.From, IotStanza.Presence(""), cancel);
                break;
            default:
                break;
        }
    }

    private static XAttribute Result(bool isAllowed) => new("result", isAllowed ? "true" : "false");

    private static StanzaError NoJid() => IotError.BadRequest("The attribute jid must be an address such as visitor@edge.local.");
}
