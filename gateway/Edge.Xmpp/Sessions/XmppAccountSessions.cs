using Edge.Identity.Accounts;
using Edge.Transport;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Sessions;

/// <summary>Where an account is online, for whoever owns or operates it: those who are away for a moment included. A session's id is its resource.</summary>
internal sealed class XmppAccountSessions(SessionTable sessions, TimeProvider clock) : IAccountSessions
{
    private static readonly TimeSpan DepartureTime = TimeSpan.FromSeconds(5);

    public string Kind => "xmpp";

    public IReadOnlyList<AccountSession> List(string account) =>
    [
        .. sessions.Of(account).Select(r => new AccountSession(Kind, r.Jid.Resource, r.Jid.Resource, r.Link?.Facts.Address ?? "", r.Since)),
    ];

    public async ValueTask EndAsync(string account, string? sessionId, string reason)
    {
        var ended = sessions.Of(account).Where(r => sessionId is null || r.Jid.Resource == sessionId).ToList();
        foreach (var resource in ended) resource.End(EndReason.Revoked, StreamErrors.NotAuthorized, reason);
        try
        {
            await Task.WhenAll(ended.Select(r => r.Departed)).WaitAsync(DepartureTime, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Something that one of them asked for takes long; it ends behind it.
        }
    }
}
