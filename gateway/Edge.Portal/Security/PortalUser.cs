using System.Security.Claims;
using Edge.Identity.Accounts;
using Edge.Things;

namespace Edge.Portal.Security;

/// <summary>Who is signed in. <paramref name="Jid"/> is the address that things are owned under.</summary>
public sealed record PortalUser(string Name, Jid Jid, bool IsOperator)
{
    internal const string Scheme = "edge-portal";
    internal const string OperatorPolicy = "edge-operator";
    internal const string SessionClaim = "sid";
    internal const string StampClaim = "stamp";

    /// <summary>The session of a request, or null where nobody is signed in.</summary>
    internal static string? SessionOf(ClaimsPrincipal principal) => principal.FindFirstValue(SessionClaim);

    /// <summary>The user of a request, or null where nobody is signed in.</summary>
    internal static PortalUser? From(ClaimsPrincipal principal) =>
        principal.Identity is { IsAuthenticated: true, AuthenticationType: Scheme, Name: { Length: > 0 } name }
        && Jid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var jid)
            ? new(name, jid, principal.IsInRole(nameof(Roles.Operator)))
            : null;
}
