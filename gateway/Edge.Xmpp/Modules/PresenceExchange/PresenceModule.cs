using Edge.Storage;
using Edge.Things;
using Edge.Xmpp.Rosters;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Xmpp.Modules.PresenceExchange;

/// <summary>RFC 6121 §3 and §4: says what is served; the work is <see cref="PresenceBroker"/>'s.</summary>
[Xep(0, "RFC 6121", Note = "Presence, subscriptions, pre-approval, probes, directed presence")]
internal sealed class PresenceModule : IXmppModule
{
    public static void AddServices(IServiceCollection services, IConfiguration section) => services
        .AddSingleton<PresenceDelivery>()
        .AddSingleton<AvailabilityObservers>()
        .AddSingleton<Availability>()
        .AddSingleton<Subscriptions>()
        .AddSingleton<Probes>()
        .AddSingleton<Visibility>()
        .AddSingleton<IPresenceBroker, PresenceBroker>();

    public void Configure(XmppModuleBuilder xmpp)
    {
        // Presence has no feature to advertise and no iq to answer.
    }
}

/// <summary>Sorts presence by its type (RFC 6121 §4.7.1).</summary>
internal sealed class PresenceBroker(
    Availability availability, Visibility visibility, Subscriptions subscriptions, Probes probes, PresenceDelivery delivery) : IPresenceBroker
{
    private static readonly StanzaError CannotStore = StanzaError.InternalServerError with { Type = "wait", Text = "The change cannot be stored now." };

    public async ValueTask FromClientAsync(BoundResource sender, Stanza stanza, Jid? to, CancellationToken cancel)
    {
        StanzaError? error;
        try
        {
            error = await TakeAsync(sender, stanza, to, cancel).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            error = CannotStore; // the storage has told of it
        }

        if (error is not null) StanzaRouter.Refuse(sender, stanza, to, error);
    }

    public async ValueTask FromOtherAsync(IStanzaSource sender, Stanza stanza, Jid to, CancellationToken cancel)
    {
        var presence = OutgoingPresence.OfOther(sender, stanza);
        if (!delivery.IsAccount(to)) await delivery.ToAsync(to, presence, cancel).ConfigureAwait(false);
        else if (Subscriptions.Is(presence.Type)) await subscriptions.InboundAsync(presence, to.Bare, cancel).ConfigureAwait(false);
        else if (presence.Type == "probe") await probes.AnswerAsync(to.Bare, sender.Jid, cancel).ConfigureAwait(false);
        else if (!IsErrorForAll(presence.Type, to)) delivery.ToAccount(to, presence);
    }

    public ValueTask ContactRemovedAsync(Jid account, RosterItem removed, CancellationToken cancel) =>
        subscriptions.EndAsync(account, removed, cancel);

    public ValueTask HideAsync(Jid account, Predicate<Jid> from, CancellationToken cancel) => visibility.HideAsync(account, from, cancel);

    public ValueTask ShowAsync(Jid account, Predicate<Jid> to, CancellationToken cancel) => visibility.ShowAsync(account, to, cancel);

    public ValueTask GoneAsync(BoundResource resource, CancellationToken cancel) =>
        availability.UnavailableAsync(resource, OutgoingPresence.Of(resource.Jid, "unavailable"), cancel);

    private async ValueTask<StanzaError?> TakeAsync(BoundResource sender, Stanza stanza, Jid? to, CancellationToken cancel) => stanza.Type switch
    {
        null when to is null => await availability.AvailableAsync(sender, stanza, cancel).ConfigureAwait(false),
        "unavailable" when to is null => await GoAsync(sender, OutgoingPresence.Of(sender, stanza), cancel).ConfigureAwait(false),
        null or "unavailable" => await visibility.SendDirectlyAsync(sender, stanza, to!, cancel).ConfigureAwait(false),
        _ when Subscriptions.Is(stanza.Type) && to is not null =>
            await subscriptions.OutboundAsync(OutgoingPresence.OfAccount(sender, stanza), to.Bare, cancel).ConfigureAwait(false),
        "error" or "probe" => await PassAsync(sender, stanza, to, cancel).ConfigureAwait(false),
        _ => StanzaError.BadRequest,
    };

    private async ValueTask<StanzaError?> GoAsync(BoundResource sender, OutgoingPresence presence, CancellationToken cancel)
    {
        await availability.UnavailableAsync(sender, presence, cancel).ConfigureAwait(false);
        return null;
    }

    // It answers one client, and the others would take it for their own.
    private static bool IsErrorForAll(string? type, Jid to) => type == "error" && to.IsBare;

    /// <summary>An error goes to the one client that it answers; a probe is answered by the contact's server (§4.3.2).</summary>
    private async ValueTask<StanzaError?> PassAsync(BoundResource sender, Stanza stanza, Jid? to, CancellationToken cancel)
    {
        if (to is null) return null;

        if (stanza.Type == "probe") await probes.SendAsync(sender.Jid, to, cancel).ConfigureAwait(false);
        else if (!IsErrorForAll(stanza.Type, to) || !delivery.IsAccount(to)) await delivery.ToAsync(to, OutgoingPresence.Of(sender, stanza), cancel).ConfigureAwait(false);
        return null;
    }
}
