using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using Edge.Identity.Accounts;
using Edge.Things;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Portal.Security;

/// <summary>Opens, checks and ends the browser sessions of accounts.</summary>
internal sealed partial class PortalSignIn(
    IAccounts accounts, IPasswords passwords, PortalSessions sessions, IOptions<ThingsOptions> things, ILogger<PortalSignIn> logger)
{
    /// <summary>Checks a password that somebody typed; a wrong one counts with those that come over MQTT and XMPP.</summary>
    /// <param name="http">Who types it.</param>
    /// <param name="name">The account.</param>
    /// <param name="password">The password.</param>
    /// <param name="wrong">What to say where it is wrong.</param>
    public async Task<(Account? Account, string? Problem)> CheckAsync(HttpContext http, string name, string password, string wrong)
    {
        var (account, error, detail) = await passwords.CheckAsync(name, password, http.Connection.RemoteIpAddress, http.RequestAborted);
        if (account is not null) return (account, null);

        Refused(http, detail);
        return (null, error switch
        {
            PasswordError.Wrong => wrong,
            PasswordError.Busy => "Too many sign in just now. Try again in a moment.",
            _ => "Too many wrong passwords. Wait a minute, then try again.",
        });
    }

    /// <summary>Tells the operator that somebody was not let in.</summary>
    public void Refused(HttpContext http, string detail) => LogRefused(http.Connection.RemoteIpAddress?.ToString() ?? "unknown", detail);

    /// <summary>Signs the account in: the answer to this request carries the session's cookie.</summary>
    public Task SignInAsync(HttpContext http, Account account) =>
        http.SignInAsync(PortalUser.Scheme, Principal(account, BrowserFacts.Of(http)), new AuthenticationProperties { IsPersistent = true });

    /// <summary>Ends this browser's session.</summary>
    public async Task SignOutAsync(HttpContext http)
    {
        if (http.User.FindFirstValue(PortalUser.SessionClaim) is { } session) sessions.End(session);
        await http.SignOutAsync(PortalUser.Scheme);
    }

    /// <summary>True where the session was not ended, and its account still exists, may sign in, and has the roles and password it had then.</summary>
    public async ValueTask<bool> IsValidAsync(ClaimsPrincipal principal, BrowserFacts browser, CancellationToken cancel)
    {
        if (principal.Identity?.Name is not { } name || principal.FindFirstValue(PortalUser.SessionClaim) is not { } session) return false;
        if (sessions.IsEnded(session)) return false;

        var account = await accounts.FindAsync(name, cancel);
        return account is { IsDisabled: false }
               && principal.FindFirstValue(PortalUser.StampClaim) == Stamp(account)
               && sessions.Touch(account.Name, session, browser);
    }

    private ClaimsPrincipal Principal(Account account, BrowserFacts browser)
    {
        var identity = new ClaimsIdentity(PortalUser.Scheme);
        identity.AddClaim(new(ClaimTypes.Name, account.Name));
        identity.AddClaim(new(ClaimTypes.NameIdentifier, $"{account.Name}@{things.Value.Domain}".ToLowerInvariant()));
        identity.AddClaim(new(PortalUser.SessionClaim, sessions.Open(account.Name, browser)));
        identity.AddClaim(new(PortalUser.StampClaim, Stamp(account)));
        foreach (var role in Enum.GetValues<Roles>().Where(r => r != Roles.None && account.Roles.HasFlag(r)))
            identity.AddClaim(new(ClaimTypes.Role, role.ToString()));
        return new(identity);
    }

    /// <summary>Changes with the password, the roles and a sign-out everywhere, so that each ends every session of the account; says nothing about the key itself.</summary>
    private static string Stamp(Account account)
    {
        var key = account.ScramSha256?.StoredKey ?? account.ScramSha1?.StoredKey ?? [];
        byte[] roles = [(byte)account.Roles];
        var made = System.Text.Encoding.ASCII.GetBytes(account.CreatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture));
        var over = account.SignedOutAt is { } at ? System.Text.Encoding.ASCII.GetBytes(at.UtcTicks.ToString(CultureInfo.InvariantCulture)) : [];
        return Convert.ToBase64String(SHA256.HashData([.. key, .. roles, .. made, .. over]), 0, 12);
    }

    [LoggerMessage(EventId = 6002, Level = LogLevel.Warning, Message = "A password given to the portal from {Address} was refused. {Detail}")]
    private partial void LogRefused(string address, string detail);
}
