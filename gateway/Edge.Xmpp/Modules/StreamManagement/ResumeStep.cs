using System.Xml.Linq;

using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Sessions.Negotiation;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.StreamManagement;

/// <summary>XEP-0198 §5: in place of binding a resource, a client takes up the session that it had.</summary>
internal sealed class ResumeStep(ResumptionTable table, XmppDomain domain, BindChecks checks) : INegotiationStep
{
    private static readonly TimeSpan TakeOverTime = TimeSpan.FromSeconds(5);

    public int Order => 40;

    public IEnumerable<XElement> Offer(NegotiationState state)
    {
        if (state.Account is not null) yield return new XElement(ManagementText.Names + "sm");
    }

    public bool Takes(NegotiationState state, Stanza element) =>
        state.Account is not null && element.Namespace == ManagementText.Namespace && element.Name is "resume" or "enable";

    public async ValueTask<StepOutcome> RunAsync(NegotiationState state, Stanza element, CancellationToken cancel)
    {
        if (element.Name == "enable") return await RefuseAsync(state, "unexpected-request", null, cancel).ConfigureAwait(false); // §3: after binding
        if (table.Options.ResumeSeconds == 0) return await RefuseAsync(state, "feature-not-implemented", null, cancel).ConfigureAwait(false);

        var tree = element.ToElement();
        if (ManagementText.ReadHandled(tree) is not { } handled || (string?)tree.Attribute("previd") is not { } id)
            return await RefuseAsync(state, "bad-request", null, cancel).ConfigureAwait(false);

        var account = domain.Account(state.Account!.Name).Local;
        var session = table.Find(account, id);
        if (session is null || !await TakeOverAsync(session, cancel).ConfigureAwait(false))
            return await RefuseAsync(state, "item-not-found", session?.Handled ?? table.HandledBy(account, id), cancel).ConfigureAwait(false);

        session.Acknowledge(handled);
        // It may have ended, or been resumed elsewhere, just now: the client may bind a resource instead (§5).
        if (!session.Bound.TryAttach(state.Link)) return await RefuseAsync(state, "item-not-found", session.Handled, cancel).ConfigureAwait(false);

        state.Bound = session.Bound;
        // As for a resource that is bound: the session goes on with what the client showed this time.
        if (!await checks.Proof.HoldsAsync(state, session.Bound, cancel).ConfigureAwait(false))
            throw new XmppStreamException(StreamErrors.NotAuthorized, "The account was changed while you signed in: sign in again.");

        // What is sent again waits in the outbox, which nobody empties before negotiation is over: nothing comes in front of this.
        checks.Metrics.Resumed("resumed");
        await state.Stream.WriteAsync(ManagementText.Resumed(id, session.Handled), cancel).ConfigureAwait(false);
        return StepOutcome.Done;
    }

    /// <summary>Ends the connection that the session has still, and waits until everything that came over it is handled and counted.</summary>
    private async ValueTask<bool> TakeOverAsync(ManagedSession session, CancellationToken cancel)
    {
        if (session.Bound.Link is not { } former) return !session.Bound.IsOver;

        former.End(EndReason.TakenOver, StreamErrors.Conflict, "The session was resumed over another connection.");
        try
        {
            await former.Released.WaitAsync(TakeOverTime, table.Clock, cancel).ConfigureAwait(false);
            return !session.Bound.IsOver;
        }
        catch (TimeoutException)
        {
            return false; // a request of the client's hangs; it may bind a resource instead
        }
    }

    private async ValueTask<StepOutcome> RefuseAsync(NegotiationState state, string condition, uint? handled, CancellationToken cancel)
    {
        checks.Metrics.Resumed(condition);
        await state.Stream.WriteAsync(ManagementText.Failed(condition, handled), cancel).ConfigureAwait(false);
        return StepOutcome.Continue;
    }
}
