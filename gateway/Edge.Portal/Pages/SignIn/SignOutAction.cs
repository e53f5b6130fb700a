using Edge.Portal.Layout;
using Edge.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Pages.SignIn;

/// <summary>Ends the session of this browser.</summary>
internal sealed class SignOutAction : IPortalEndpoints
{
    public void Map(IEndpointRouteBuilder portal) => portal.MapPost("/sign-out", async (HttpContext http, PortalSignIn signIn, Notes notes) =>
    {
        await signIn.SignOutAsync(http);
        return Reply.Back(http, notes, new("You are signed out."), "/sign-in");
    });
}
