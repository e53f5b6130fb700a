using System.Xml.Linq;
using Edge.Things;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Modules.PresenceExchange;

/// <summary>RFC 6121 §3 and §4: says what is served; the work is <see cref="PresenceBroker"/>'s.</summary>
[Xep(0, "RFC 6121", Note = "Presence, subscriptions, probes, directed presence")]
internal sealed class PresenceModule : IXmppModule
{
    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddSingleton<PresenceDelivery>()
        .AddSingleton<Availability>()
        .AddSingleton<Subscriptions>()
        .AddSingleton<IPresenceBroker, PresenceBroker>();

    public void Configure(XmppModuleBuilder xmpp)
    {
        // Presence has no feature to advertise and no iq to answer.
    }
}

/// <summary>Sorts presence by its type (RFC 6121 §4.7.1).</summary>
internal sealed class PresenceBroker(Availability availability, Subscriptions subscriptions, PresenceDelivery delivery) : IPresenceBroker
{
    public async ValueTask FromClientAsync(BoundResource sender, Stanza stanza, Jid? to, CancellationToken cancel)
    {
        var error = stanza.Type switch
        {
            null when to is null => await availability.AvailableAsync(sender, stanza, cancel).ConfigureAwait(false),
            "unavailable" when to is null => await GoAsync(sender, OutgoingPresence.Of(sender, stanza), cancel).ConfigureAwait(false),
            null or "unavailable" => await availability.DirectAsync(sender, stanza, to!, cancel).ConfigureAwait(false),
            _ when Subscriptions.Is(stanza.Type) && to is not null =>
                await subscriptions.OutboundAsync(OutgoingPresence.OfAccount(sender, stanza), to.Bare, cancel).ConfigureAwait(false),
            "error" or "probe" => await PassAsync(sender, stanza, to, cancel).ConfigureAwait(false),
            _ => StanzaError.BadRequest,
        };
        if (error is not null) StanzaRouter.Refuse(sender, stanza, to, error);
    }

    public async ValueTask FromServiceAsync(Jid from, Jid to, XElement stanza, CancellationToken cancel)
    {
        var presence = OutgoingPresence.Of(from, stanza);
        if (Subscriptions.Is(presence.Type)) await subscriptions.InboundAsync(presence, to.Bare, cancel).ConfigureAwait(false);
        else if (presence.Type == "probe") await availability.AnswerProbeAsync(to.Bare, from, cancel).ConfigureAwait(false);
        else delivery.ToAccount(to, presence);
    }

    public ValueTask ContactRemovedAsync(Jid account, RosterItem removed, CancellationToken cancel) =>
        subscriptions.EndAsync(account, removed, cancel);

    public ValueTask GoneAsync(BoundResource resource, CancellationToken cancel) =>
        availability.UnavailableAsync(resource, OutgoingPresence.Of(resource.Jid, "unavailable"), cancel);

    private async ValueTask<StanzaError?> GoAsync(BoundResource sender, OutgoingPresence presence, CancellationToken cancel)
    {
        await availability.UnavailableAsync(sender, presence, cancel).ConfigureAwait(false);
        return null;
    }

    /// <summary>An error goes to the one client that it answers; a probe is the server's own business (§4.3.1), and dropped.</summary>
    private async ValueTask<StanzaError?> PassAsync(BoundResource sender, Stanza stanza, Jid? to, CancellationToken cancel)
    {
        if (stanza.Type == "error" && to is { IsBare: false })
            await delivery.ToAsync(to, OutgoingPresence.Of(sender, stanza), cancel).ConfigureAwait(false);
        return null;
    }
}
