using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Things.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Pages.Clients;

/// <summary>Who is connected as JSON, and the end of a connection. For operators.</summary>
internal sealed class ClientActions : IPortalEndpoints
{
    public void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/api/clients", (IEnumerable<IConnectedClients> servers) => TypedResults.Ok(servers.SelectMany(s => s.All)))
            .RequireAuthorization(PortalUser.OperatorPolicy);
        portal.MapPost("/clients/disconnect", Disconnect).RequireAuthorization(PortalUser.OperatorPolicy);
    }

    private static IResult Disconnect(HttpContext http, IFormCollection form, IEnumerable<IConnectedClients> servers, Notes notes)
    {
        var (key, by) = (form["client"].ToString(), PortalUser.From(http.User)!.Name);
        var note = servers.Any(s => s.Disconnect(key, by)) ? new Note("Its connection is ended. It may come again.") : new("It is not connected any more.");
        return Reply.Back(http, notes, note, "/clients");
    }
}
