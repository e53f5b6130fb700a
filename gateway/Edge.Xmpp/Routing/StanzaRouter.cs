using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>Where every stanza goes in: checks its addresses, and hands it to the rules of its kind (RFC 6120 §10, RFC 6121 §8).</summary>
internal sealed class StanzaRouter(XmppDomain domain, StanzaGates gates, IqRouter iq, MessageRouter messages, IPresenceBroker presence)
{
    /// <summary>Routes a client's stanza; the next one of the same client waits until this returns.</summary>
    /// <exception cref="XmppStreamException">The stanza ends the stream.</exception>
    public ValueTask RouteAsync(BoundResource sender, Stanza stanza, CancellationToken cancel)
    {
        CheckFrom(sender, stanza);
        stanza = DelayStamp.WithoutForged(stanza, domain.Name);
        if (!stanza.HasTo) return ToOwnAccountAsync(sender, stanza, cancel);
        if (sender.Addresses.TryRead(stanza.ToBytes, out var to)) return RouteAsync(sender, stanza, to, cancel);

        Refuse(sender, stanza, null, new("modify", "jid-malformed"));
        return ValueTask.CompletedTask;
    }

    /// <summary>Routes a stanza whose sender has been made sure of.</summary>
    public ValueTask RouteAsync(IStanzaSource sender, Stanza stanza, Jid to, CancellationToken cancel)
    {
        var check = gates.Filters.CheckAsync(sender.Jid, to, stanza.Kind, stanza.Type, cancel);
        return check.IsCompletedSuccessfully
            ? PassAsync(sender, stanza, to, check.Result, cancel)
            : CheckedAsync(check, sender, stanza, to, cancel);
    }

    private async ValueTask CheckedAsync(
        ValueTask<FilterVerdict> check, IStanzaSource sender, Stanza stanza, Jid to, CancellationToken cancel) =>
        await PassAsync(sender, stanza, to, await check.ConfigureAwait(false), cancel).ConfigureAwait(false);

    private ValueTask PassAsync(IStanzaSource sender, Stanza stanza, Jid to, in FilterVerdict verdict, CancellationToken cancel)
    {
        if (verdict.IsStopped)
        {
            if (verdict.Error is { } error) Refuse(sender, stanza, to, error);
            return ValueTask.CompletedTask;
        }

        // Presence goes through the rosters first, wherever it leads.
        if (to.Domain != domain.Name && gates.Outside.Find(to.Domain) is { } outside && stanza.Kind != StanzaKind.Presence)
        {
            ToOutside(outside, sender, stanza, to);
            return ValueTask.CompletedTask;
        }

        if (domain.ServiceOf(to) is null && (stanza.Kind != StanzaKind.Presence || gates.Outside.Find(to.Domain) is null))
        {
            Refuse(sender, stanza, to, new("cancel", "remote-server-not-found"));
            return ValueTask.CompletedTask;
        }

        return stanza.Kind switch
        {
            StanzaKind.Message => messages.RouteAsync(sender, stanza, to, cancel),
            StanzaKind.Presence when sender is BoundResource client => presence.FromClientAsync(client, stanza, to, cancel),
            StanzaKind.Presence => presence.FromOtherAsync(sender, stanza, to, cancel),
            _ => iq.RouteAsync(sender, stanza, to, cancel),
        };
    }

    private ValueTask ToOwnAccountAsync(BoundResource sender, Stanza stanza, CancellationToken cancel) => stanza.Kind switch
    {
        StanzaKind.Message => messages.RouteAsync(sender, stanza, sender.Bare, cancel), // RFC 6120 §10.3.1
        StanzaKind.Presence => presence.FromClientAsync(sender, stanza, null, cancel),
        _ => iq.RouteAsync(sender, stanza, null, cancel),
    };

    private void ToOutside(IOutsideDomains outside, IStanzaSource sender, Stanza stanza, Jid to)
    {
        if (stanza.Kind == StanzaKind.Iq && !IqRouter.IsWellFormed(stanza))
        {
            Refuse(sender, stanza, to, StanzaError.BadRequest);
            return;
        }

        if (stanza.Kind == StanzaKind.Message) messages.NoteSent(sender, stanza, to);
        if (outside.TryDeliver(to.Domain, sender.Stamped(stanza))) return;

        var error = StanzaError.RemoteServerTimeout with { Text = $"{to.Domain} is not connected now." };
        if (stanza.Kind == StanzaKind.Message) messages.Refuse(sender, stanza, to, error);
        else Refuse(sender, stanza, to, error);
    }

    /// <summary>A client may name itself, in full or bare, and nobody else (RFC 6120 §8.1.2.1).</summary>
    private static void CheckFrom(BoundResource sender, Stanza stanza)
    {
        // Most that name themselves write what they were given.
        if (stanza.FromBytes.SequenceEqual(sender.AddressBytes) || stanza.From is not { } from) return;
        if (!Jid.TryParse(from, out var jid) || (jid != sender.Jid && jid != sender.Bare))
            throw new XmppStreamException(StreamErrors.InvalidFrom, "A stanza names a sender that is not this client.");
    }

    /// <summary>Answers with an error, unless the stanza is itself an answer (RFC 6120 §8.3.1).</summary>
    public static void Refuse(IStanzaSource sender, Stanza stanza, Jid? to, StanzaError error)
    {
        if (stanza.Type is "error" or "result") return;
        if (stanza.Kind == StanzaKind.Presence && stanza.Type == "unavailable") return;
        sender.TryDeliver(Replies.Error(stanza, sender.Jid, to?.ToString(), error));
    }
}

/// <summary>What stands between a stanza and its way.</summary>
internal sealed record StanzaGates(StanzaFilters Filters, OutsideDomains Outside);
