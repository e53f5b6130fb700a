using System.Security.Cryptography;
using System.Xml.Linq;

using Edge.Things;
using Edge.Transport;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Sasl;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Sessions.Negotiation;

/// <summary>RFC 6120 §7: gives the client its full address. A client that asks for a resource gets it, from itself too: a device that
/// reconnects must not wait for its former connection to be noticed as dead (§7.7.2.2).</summary>
internal sealed class BindStep(
    XmppDomain domain, SessionTable sessions, BindChecks checks, IOptions<XmppOptions> options, TimeProvider clock) : INegotiationStep
{
    private static readonly XName Bind = XmppNames.Bind + "bind";
    private static readonly TimeSpan DepartureTime = TimeSpan.FromSeconds(5);

    public int Order => 30;

    public IEnumerable<XElement> Offer(NegotiationState state)
    {
        if (state.Account is null) yield break;
        yield return new XElement(Bind);
        // RFC 6121 appendix E: clients of the old days look for it; it may be left out.
        yield return new XElement(XmppNames.Session + "session", new XElement(XmppNames.Session + "optional"));
    }

    public bool Takes(NegotiationState state, Stanza element) =>
        state.Account is not null && element is { Kind: StanzaKind.Iq, Type: "set", ChildCount: 1, ChildName: "bind" }
        && element.ChildNamespace == XmppNames.Bind.NamespaceName;

    public async ValueTask<StepOutcome> RunAsync(NegotiationState state, Stanza element, CancellationToken cancel)
    {
        var account = domain.Account(state.Account!.Name);
        var asked = (string?)element.ToElement().Element(Bind)!.Element(XmppNames.Bind + "resource");
        var resource = string.IsNullOrEmpty(asked) ? RandomNumberGenerator.GetHexString(16, lowercase: true) : asked;
        if (!Jid.TryParse($"{account}/{resource}", out var jid)) return await RefuseAsync(state, element, account, StanzaError.BadRequest, cancel).ConfigureAwait(false);

        await ReplaceAsync(jid, cancel).ConfigureAwait(false);
        var bound = state.MakeResource(jid.ToString());
        if (await PlaceAsync(bound, cancel).ConfigureAwait(false) is { } error)
        {
            checks.Metrics.Refused("resource");
            return await RefuseAsync(state, element, account, error, cancel).ConfigureAwait(false);
        }

        state.Bound = bound;
        if (!await checks.Proof.HoldsAsync(state, bound, cancel).ConfigureAwait(false))
            throw new XmppStreamException(StreamErrors.NotAuthorized, "The account was changed while you signed in: sign in again.");

        var answer = new XElement(Bind, new XElement(XmppNames.Bind + "jid", jid.ToString()));
        // §7.6: without addresses, as in its examples. The domain has not been asked: aioxmpp would wait for another answer.
        var result = new XElement(XmppNames.Client + "iq", new XAttribute("type", "result"), new XAttribute("id", element.Id ?? ""), answer);
        await state.Stream.WriteAsync(result, cancel).ConfigureAwait(false);
        return StepOutcome.Done;
    }

    /// <summary>Ends the session that has this address now, and waits until everybody has been told that it went.</summary>
    private ValueTask ReplaceAsync(Jid jid, CancellationToken cancel) =>
        sessions.Find(jid) is { } former ? EndAsync(former, "The same client signed in again.", cancel) : ValueTask.CompletedTask;

    /// <summary>Takes a place; one that waits for its client to come back makes room where there is none.</summary>
    /// <returns>Why there is none; null where it was taken.</returns>
    private async ValueTask<StanzaError?> PlaceAsync(BoundResource bound, CancellationToken cancel)
    {
        if (TryAdd(bound)) return null;

        // Bound by another connection since, or still there: that is no reason to end a session that has nothing to do with it.
        var isTaken = sessions.Find(bound.Jid) is not null;
        if (isTaken) await ReplaceAsync(bound.Jid, cancel).ConfigureAwait(false);
        else if (sessions.Of(bound.Jid.Local).Where(r => !r.IsConnected).MinBy(r => r.Since) is { } away)
            await EndAsync(away, "Another client of the account needs its place.", cancel).ConfigureAwait(false);
        else return Full();

        if (TryAdd(bound)) return null;
        return sessions.Find(bound.Jid) is null ? Full() : new("modify", "conflict"); // §7.7.2.2
    }

    private bool TryAdd(BoundResource bound) => sessions.TryAdd(bound, options.Value.MaxSessionsPerAccount);

    private StanzaError Full() => StanzaError.ResourceConstraint with
    {
        Text = $"{options.Value.MaxSessionsPerAccount} clients of this account are online (xmpp:maxSessionsPerAccount). End one of them.",
    };

    private async ValueTask EndAsync(BoundResource former, string text, CancellationToken cancel)
    {
        former.End(EndReason.TakenOver, StreamErrors.Conflict, text);
        try
        {
            await former.Departed.WaitAsync(DepartureTime, clock, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Its peer reads nothing. The place is free in the table as soon as it goes; until then, binding is refused below.
        }
    }

    private static async ValueTask<StepOutcome> RefuseAsync(
        NegotiationState state, Stanza element, Jid account, StanzaError error, CancellationToken cancel)
    {
        await state.Stream.WriteAsync(Replies.Error(element, account, null, error), cancel).ConfigureAwait(false);
        return StepOutcome.Continue;
    }
}

/// <summary>What is looked at, and counted, when a client is bound.</summary>
internal sealed record BindChecks(SessionProof Proof, XmppMetrics Metrics);
