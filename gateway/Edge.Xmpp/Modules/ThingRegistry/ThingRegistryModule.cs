using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;

using Edge.Things;
using Edge.Things.Registry;
using Edge.Xmpp.Modules.Iot;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.ThingRegistry;

/// <summary>XEP-0347: things register, owners claim them by what their sticker says, and give them up again.</summary>
[Xep(347, "0.5", Note = "Deferred. Registration, ownership and search; served in its successors' namespaces (urn:nf, urn:ieee, urn:nfi :iot:disco:1.0) as well.")]
internal sealed class ThingRegistryModule(IThingRegistry registry, ThingTeller teller, IOptions<IotOptions> limits) : IXmppModule
{
    /// <inheritdoc/>
    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddModuleOptions<ThingRegistryOptions, ThingRegistryOptionsValidator>(section)
        .AddSingleton<ThingTeller>()
        .AddHostedService<ThingEvents>();

    /// <inheritdoc/>
    public void Configure(XmppModuleBuilder xmpp)
    {
        xmpp.OnRegistry().Feature(IotArea.Discovery.Features);
        foreach (var ns in IotArea.Discovery.All)
        {
            xmpp.OnIqSet(ns + "register", RegisterAsync)
                .OnIqSet(ns + "mine", ClaimAsync)
                .OnIqSet(ns + "update", UpdateAsync)
                .OnIqSet(ns + "remove", RemoveAsync)
                .OnIqSet(ns + "unregister", UnregisterAsync)
                .OnIqSet(ns + "disown", DisownAsync);
        }
    }

    private async ValueTask<IqResult> RegisterAsync(Iq iq, CancellationToken cancel)
    {
        if (!TryReadOwn(iq, out var thing, out var error) || !TagReader.TryRead(iq.Payload, limits.Value, out var tags, out error)) return error;

        if (tags.Count == 0) return IotError.BadRequest("A thing needs tags to be claimed by.");

        if (!XmlValue.TryBoolean(iq.Payload.Attribute("selfOwned"), absent: false, out var selfOwned)) return NoBoolean("selfOwned");

        teller.Heard(iq);
        var result = await registry.RegisterAsync(thing, tags, selfOwned, cancel);
        if (result.Refusal is { } refusal) return StanzaError.NotAcceptable with { Text = refusal };

        return result.Owner is { } owner ? Claimed(iq, new("jid", owner.Bare.ToString()), result.IsPublic) : IqResult.Empty;
    }

    private async ValueTask<IqResult> ClaimAsync(Iq iq, CancellationToken cancel)
    {
        if (!TagReader.TryRead(iq.Payload, limits.Value, out var tags, out var error)) return error;

        if (!XmlValue.TryBoolean(iq.Payload.Attribute("public"), absent: true, out var isPublic)) return NoBoolean("public");

        // Nobody is told why: it would help to guess a key (XEP-0347 §3.7).
        return await registry.ClaimAsync(iq.From.Bare, tags, isPublic, cancel) is { } thing
            ? Claimed(iq, new("jid", thing.Id.Jid.ToString()), thing.IsPublic, NodeAttributes.Write(thing.Id.Node, Words(iq)))
            : StanzaError.ItemNotFound;
    }

    private async ValueTask<IqResult> UpdateAsync(Iq iq, CancellationToken cancel)
    {
        if (!ThingAttributes.TryRead(iq, limits.Value, out var isOther, out var thing, out var error)
            || !TagReader.TryRead(iq.Payload, limits.Value, out var tags, out error))
            return error;

        // The owner names the thing; a thing names nobody.
        var onBehalfOf = isOther ? iq.From.Bare : null;
        if (!isOther) teller.Heard(iq);
        return await registry.UpdateAsync(thing, onBehalfOf, tags, cancel) switch
        {
            UpdateResult.Updated => IqResult.Empty,
            UpdateResult.Refused => StanzaError.NotAcceptable with { Text = "A thing keeps things:maxTagsPerThing tags at most." },
            UpdateResult.Unclaimed when !isOther => new XElement(iq.Payload.Name.Namespace + "disowned", NodeAttributes.Write(thing.Node, Words(iq))),
            _ => StanzaError.ItemNotFound,
        };
    }

    private async ValueTask<IqResult> RemoveAsync(Iq iq, CancellationToken cancel)
    {
        if (!TryReadOther(iq, out var thing, out var error)) return error;

        return await registry.RemoveAsync(iq.From.Bare, thing, cancel) ? IqResult.Empty : StanzaError.ItemNotFound;
    }

    private async ValueTask<IqResult> UnregisterAsync(Iq iq, CancellationToken cancel)
    {
        if (!TryReadOwn(iq, out var thing, out var error)) return error;

        await teller.SilentlyAsync(thing, () => registry.UnregisterAsync(thing, CancellationToken.None));
        return IqResult.Empty;
    }

    private async ValueTask<IqResult> DisownAsync(Iq iq, CancellationToken cancel)
    {
        if (!TryReadOther(iq, out var thing, out var error)) return error;

        if (registry.Find(thing)?.Owner?.Bare != iq.From.Bare) return StanzaError.ItemNotFound;

        if (!teller.IsOnXmpp(thing))
            return await registry.DisownAsync(iq.From.Bare, thing, cancel) ? IqResult.Empty : StanzaError.ItemNotFound;

        // A thing that does not know would never register again, and nobody could claim it (XEP-0347 §3.16).
        if (!await teller.IsDisowningAcknowledgedAsync(thing, cancel))
            return StanzaError.NotAllowed with { Text = "The thing is not there to hear of it." };

        await teller.SilentlyAsync(thing, () => registry.DisownAsync(iq.From.Bare, thing, CancellationToken.None));
        return IqResult.Empty;
    }

    private bool TryReadOwn(Iq iq, [NotNullWhen(true)] out ThingId? thing, [NotNullWhen(false)] out StanzaError? error)
    {
        if (!ThingAttributes.TryRead(iq, limits.Value, out _, out thing, out error)) return false;

        // Whatever address it writes, a thing speaks for itself.
        thing = new(iq.From, thing.Node);
        return true;
    }

    private bool TryReadOther(Iq iq, [NotNullWhen(true)] out ThingId? thing, [NotNullWhen(false)] out StanzaError? error)
    {
        if (!ThingAttributes.TryRead(iq, limits.Value, out var isOther, out thing, out error)) return false;

        if (!isOther) error = IotError.BadRequest("The attribute jid tells which thing is meant.");
        return isOther;
    }

    private static IqResult Claimed(Iq iq, XAttribute jid, bool isPublic, IEnumerable<XAttribute>? node = null) =>
        new XElement(iq.Payload.Name.Namespace + "claimed", jid, node, new XAttribute("public", isPublic ? "true" : "false"));

    private static IotVocabulary Words(Iq iq) => IotVocabulary.Of(iq.Payload.Name.Namespace);

    private static IqResult NoBoolean(string name) => IotError.BadRequest($"The attribute {name} is neither true nor false.");
}

/// <summary>Where the registry lives.</summary>
internal static class RegistryHost
{
    /// <summary>What follows belongs to the thing registry.</summary>
    public static XmppModuleBuilder OnRegistry(this XmppModuleBuilder xmpp) => xmpp.OnService("things", "component", "generic", "Thing registry");
}
