using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>The modules' way out (<see cref="IStanzaSender"/>).</summary>
internal sealed class StanzaSender(
    XmppDomain domain, SessionTable sessions, StanzaRouter router, RequestWays ways, TimeProvider clock) : IStanzaSender
{
    public string Domain => domain.Name;

    public ValueTask SendAsync(Jid from, Jid to, XElement stanza, CancellationToken cancel = default)
    {
        var copy = StanzaNames.Outgoing(stanza);
        copy.SetAttributeValue("from", from.ToString());
        copy.SetAttributeValue("to", to.ToString());
        var parsed = StanzaParser.Parse(XmlText.ToBytes(copy), StreamHeader.Plain, XmlText.OwnLimits);
        return router.RouteAsync(new ServiceSource(from), parsed, to, cancel);
    }

    public async ValueTask<IqResult> RequestAsync(
        Jid from, Jid to, IqType type, XElement payload, TimeSpan timeout, CancellationToken cancel = default)
    {
        // As for stanzas that others send: an account blocks services and components, too.
        var verdict = await ways.Filters.CheckAsync(from, to, StanzaKind.Iq, type == IqType.Set ? "set" : "get", cancel).ConfigureAwait(false);
        if (verdict.IsStopped) return verdict.Error ?? StanzaError.ServiceUnavailable;

        var (id, answer) = ways.Pending.Begin(from, to);
        try
        {
            if (!TryRequest(to, Replies.IqRequest(id, from, to, type, payload))) return StanzaError.ServiceUnavailable;
            return await answer.WaitAsync(timeout, clock, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return StanzaError.RemoteServerTimeout;
        }
        finally
        {
            ways.Pending.Forget(id);
        }
    }

    private bool TryRequest(Jid to, byte[] request)
    {
        if (!domain.IsAccount(to)) return ways.Outside.Find(to.Domain)?.TryDeliver(to.Domain, request) == true;
        // It may have gone between the look-up and the registration of the request.
        return !to.IsBare && sessions.Find(to) is { } resource && resource.TryDeliver(request) && sessions.Find(to) == resource;
    }

    public IReadOnlyList<Jid> OnlineResources(Jid bare) =>
        domain.IsAccount(bare)
            ? [.. sessions.Of(bare.Local).Where(r => r.IsAvailable).OrderByDescending(r => r.Priority).Select(r => r.Jid)]
            : [];
}

/// <summary>What may stop requests of services, where they lead, and where their answers are waited for.</summary>
internal sealed record RequestWays(StanzaFilters Filters, PendingRequests Pending, OutsideDomains Outside);
