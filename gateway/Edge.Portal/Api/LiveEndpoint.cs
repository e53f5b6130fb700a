using Edge.Portal.Layout;
using Edge.Portal.Live;
using Edge.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Api;

/// <summary>
/// <c>GET /api/live</c>: server-sent events for the pages. <c>values</c>: what the owner's things show now. <c>badges</c>: the counts beside the menu.
/// <c>changed</c>: which parts of a page are to be fetched anew.
/// </summary>
internal sealed class LiveEndpoint : IPortalEndpoints
{
    public void Map(IEndpointRouteBuilder portal) => portal.MapGet("/api/live", FollowAsync);

    private static async Task FollowAsync(HttpContext http, LiveHub hub, LiveEvents events)
    {
        var user = PortalUser.From(http.User)!; // the endpoint is for signed-in users only
        if (hub.TryOpen(user, out var limit) is not { } connection)
        {
            http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            await http.Response.WriteAsync($"Too many pages follow live values ({limit}). Close some of them.", http.RequestAborted);
            return;
        }

        using (connection)
        {
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would collect events
            await events.SendAsync(connection, http);
        }
    }
}
