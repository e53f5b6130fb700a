using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Things.Nodes;

namespace Edge.Portal.Pages.Nodes;

/// <summary>Counts the nodes nearby that nobody has trusted yet.</summary>
internal sealed class NodeBadge(INodeLink link) : IMenuBadge
{
    public string What => "to be trusted";

    public int CountFor(PortalUser user) => user.IsOperator ? link.Nodes.Count(n => n.Trust != NodeTrust.Trusted) : 0;
}
