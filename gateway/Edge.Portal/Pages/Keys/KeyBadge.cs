using Edge.Identity.Registration;
using Edge.Portal.Layout;
using Edge.Portal.Security;

namespace Edge.Portal.Pages.Keys;

/// <summary>Counts the requests for registration keys.</summary>
internal sealed class KeyBadge(IKeyRequests requests) : IMenuBadge
{
    public string What => "requests for a registration key";

    public int CountFor(PortalUser user) => user.IsOperator ? requests.Waiting.Count : 0;
}
