using Edge.Identity.Accounts;

namespace Edge.Portal.Security;

/// <summary>The browser sessions of accounts. Those from before a restart show up when they are next used; signing out everywhere ends them as well, since the
/// stamp in their cookies is another then.</summary>
internal sealed class PortalAccountSessions(PortalSessions sessions) : IAccountSessions
{
    public const string Portal = "portal";

    public string Kind => Portal;

    public IReadOnlyList<AccountSession> List(string account) =>
        [.. sessions.Of(account).Select(s => new AccountSession(Kind, s.Id, s.Browser.Name, s.Browser.Address, s.Since))];

    public ValueTask EndAsync(string account, string? sessionId, string reason)
    {
        foreach (var (id, _, _) in sessions.Of(account))
            if (sessionId is null || id == sessionId) sessions.End(id);

        return default;
    }
}
