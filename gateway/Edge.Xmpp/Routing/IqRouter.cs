using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Routing;

/// <summary>Routes iq: between clients as it stands, to hosts and accounts through their handlers.</summary>
internal sealed class IqRouter(
    XmppDomain domain, SessionTable sessions, HostDispatcher dispatcher, PendingRequests pending, IOptions<XmppOptions> options)
{
    /// <summary>RFC 6120 §8.2.3: an id, a known type, and exactly one child in a request.</summary>
    public static bool IsWellFormed(Stanza stanza) => stanza.HasId && stanza.Type switch
    {
        "get" or "set" => stanza.ChildCount == 1,
        "result" or "error" => true,
        _ => false,
    };

    public ValueTask RouteAsync(IStanzaSource sender, Stanza stanza, Jid? to, CancellationToken cancel)
    {
        if (!IsWellFormed(stanza))
        {
            StanzaRouter.Refuse(sender, stanza, to, StanzaError.BadRequest);
            return ValueTask.CompletedTask;
        }

        if (to is { Local.Length: > 0, IsBare: false } && domain.IsAccount(to))
        {
            ToResource(sender, stanza, to);
            return ValueTask.CompletedTask;
        }

        if (stanza.Type is "get" or "set") return ToHostAsync(sender, stanza, to ?? sender.Bare, cancel);

        if (to is not null) pending.TryAnswer(stanza.Id!, sender.Jid, to, stanza.ToElement());
        return ValueTask.CompletedTask;
    }

    private void ToResource(IStanzaSource sender, Stanza stanza, Jid to)
    {
        if (sessions.Find(to)?.TryDeliver(sender.Stamped(stanza)) != true)
            StanzaRouter.Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
    }

    private ValueTask ToHostAsync(IStanzaSource sender, Stanza stanza, Jid to, CancellationToken cancel)
    {
        if (FindHost(sender, to) is not { } host)
        {
            StanzaRouter.Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
            return ValueTask.CompletedTask;
        }

        // RFC 6120 §8.1.2.1: an iq about the own account is answered from the bare address; without `to`, likewise.
        var type = stanza.Type == "get" ? IqType.Get : IqType.Set;
        var request = new Iq(stanza.Id!, type, sender.Jid, to, stanza.ToElement().Elements().First());
        if (host.Host.Name is "" or "@" or "@others" || sender.Requests is not { } requests) return AnswerAsync(sender, host, request, cancel);

        var limit = options.Value.MaxRequestsPerSession;
        if (!requests.TryRun(sender.TurnsAt(host.Host.Name), limit, () => AnswerAsync(sender, host, request, cancel).AsTask()))
            StanzaRouter.Refuse(sender, stanza, to, RequestChains.Full(limit));
        return ValueTask.CompletedTask;
    }

    private HostHandlers? FindHost(IStanzaSource sender, Jid to)
    {
        var hosts = dispatcher.Hosts;
        if (to.Local.Length == 0) return to.IsBare ? hosts.Find(domain.ServiceOf(to)!) : null;
        if (to == sender.Bare) return hosts.Account;
        return domain.IsAccount(to) ? hosts.AccountForOthers : null;
    }

    private async ValueTask AnswerAsync(IStanzaSource sender, HostHandlers host, Iq request, CancellationToken cancel)
    {
        var result = await dispatcher.AnswerAsync(host, request, cancel).ConfigureAwait(false);
        sender.TryDeliver(Replies.Iq(request.Id, request.To, sender.Jid, result));
        result.Answered?.Invoke();
    }
}
