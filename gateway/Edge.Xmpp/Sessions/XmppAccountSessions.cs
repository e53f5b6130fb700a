using Edge.Identity.Accounts;
using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>Where an account is online, for whoever owns or operates it: those who are away for a moment included. A session's id is its resource.</summary>
internal sealed class XmppAccountSessions(SessionTable sessions) : IAccountSessions
{
    public string Kind => "xmpp";

    public IReadOnlyList<AccountSession> List(string account) =>
    [
        .. sessions.Of(account).Select(r => new AccountSession(Kind, r.Jid.Resource, r.Jid.Resource, r.Link?.Facts.Address ?? "", r.Since)),
    ];

    public ValueTask EndAsync(string account, string? sessionId, string reason)
    {
        foreach (var resource in sessions.Of(account))
        {
            if (sessionId is null || resource.Jid.Resource == sessionId) resource.End(EndReason.Revoked, StreamErrors.NotAuthorized, reason);
        }

        return ValueTask.CompletedTask;
    }
}
