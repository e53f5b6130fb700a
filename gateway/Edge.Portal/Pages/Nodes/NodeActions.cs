using Edge.Portal.Layout;
using Edge.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Pages.Nodes;

/// <summary>Asks a node nearby to trust this gateway. For operators.</summary>
internal sealed class NodeActions : IPortalEndpoints
{
    public void Map(IEndpointRouteBuilder portal) => portal.MapPost("/nodes/ask", Ask).RequireAuthorization(PortalUser.OperatorPolicy);

    private static IResult Ask(HttpContext http, IFormCollection form, Befriending befriending, Notes notes, TimeProvider clock)
    {
        var note = befriending.TryStart(form["node"].ToString(), clock.GetUtcNow())
            ? new Note("Its light flashes now. Press its button to accept.")
            : new("This node is not nearby any more, or was asked already.", IsProblem: true);
        return Reply.Back(http, notes, note, "/nodes");
    }
}
