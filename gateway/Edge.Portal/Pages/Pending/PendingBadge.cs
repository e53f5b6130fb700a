using Edge.Identity.Pending;
using Edge.Portal.Layout;
using Edge.Portal.Security;

namespace Edge.Portal.Pages.Pending;

/// <summary>Counts the devices that wait for an operator.</summary>
internal sealed class PendingBadge(IPendingDevices pending) : IMenuBadge
{
    public string What => "to be let in or denied";

    public int CountFor(PortalUser user) => user.IsOperator ? pending.Waiting.Count : 0;
}
