using Edge.Things;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Routing;

/// <summary>Routes iq: between clients as it stands, to hosts through their handlers.</summary>
internal sealed class IqRouter(
    XmppDomain domain, SessionTable sessions, HostDispatcher dispatcher, PendingRequests pending, IOptions<XmppOptions> options)
{
    public ValueTask RouteAsync(BoundResource sender, Stanza stanza, Jid? to, CancellationToken cancel)
    {
        var type = stanza.Type switch { "get" => IqType.Get, "set" => IqType.Set, _ => IqType.None };
        var isAnswer = stanza.Type is "result" or "error";
        // RFC 6120 §8.2.3: an id, a known type, and exactly one child in a request.
        if (stanza.Id is null || (type == IqType.None && !isAnswer) || (type != IqType.None && stanza.ChildCount != 1))
        {
            StanzaRouter.Refuse(sender, stanza, to, StanzaError.BadRequest);
            return ValueTask.CompletedTask;
        }

        if (to is { Local.Length: > 0, IsBare: false } && domain.IsAccount(to))
        {
            ToResource(sender, stanza, to);
            return ValueTask.CompletedTask;
        }

        if (isAnswer)
        {
            if (to is not null) pending.TryAnswer(stanza.Id, sender.Jid, to, stanza.ToElement());
            return ValueTask.CompletedTask;
        }

        return ToHostAsync(sender, stanza, type, to ?? sender.Bare, cancel);
    }

    private void ToResource(BoundResource sender, Stanza stanza, Jid to)
    {
        if (sessions.Find(to) is { } resource) resource.TryDeliver(stanza.Stamp(sender.Stamp, sender.LanguageStamp));
        else StanzaRouter.Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
    }

    private ValueTask ToHostAsync(BoundResource sender, Stanza stanza, IqType type, Jid to, CancellationToken cancel)
    {
        if (FindHost(sender, to) is not { } host)
        {
            StanzaRouter.Refuse(sender, stanza, to, StanzaError.ServiceUnavailable);
            return ValueTask.CompletedTask;
        }

        // RFC 6120 §8.1.2.1: an iq about the own account is answered from the bare address; without `to`, likewise.
        var request = new Iq(stanza.Id!, type, sender.Jid, to, stanza.ToElement().Elements().First())
        {
            Language = stanza.Language ?? stanza.Header.Language,
        };
        if (host.Host.Name is "" or "@" or "@others") return AnswerAsync(sender, host, request, cancel);

        var limit = options.Value.MaxRequestsPerSession;
        if (!sender.Requests.TryRun(host.Host.Name, limit, () => AnswerAsync(sender, host, request, cancel).AsTask()))
        {
            var error = StanzaError.ResourceConstraint with { Text = $"{limit} requests are being worked on (xmpp:maxRequestsPerSession). Wait for one." };
            StanzaRouter.Refuse(sender, stanza, to, error);
        }

        return ValueTask.CompletedTask;
    }

    private HostHandlers? FindHost(BoundResource sender, Jid to)
    {
        var hosts = dispatcher.Hosts;
        if (to.Local.Length > 0) return to == sender.Bare ? hosts.Account : domain.IsAccount(to) ? hosts.AccountForOthers : null;
        return to.IsBare ? hosts.Find(domain.ServiceOf(to)!) : null;
    }

    private async ValueTask AnswerAsync(BoundResource sender, HostHandlers host, Iq request, CancellationToken cancel)
    {
        var result = await dispatcher.AnswerAsync(host, request, cancel).ConfigureAwait(false);
        sender.TryDeliver(Replies.Iq(request.Id, request.To, sender.Jid, result));
        result.Answered?.Invoke();
    }
}
