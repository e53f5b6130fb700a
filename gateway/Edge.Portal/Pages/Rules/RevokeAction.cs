using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Things.Provisioning;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Pages.Rules;

/// <summary>Takes a rule back.</summary>
internal sealed class RevokeAction : IPortalEndpoints
{
    public void Map(IEndpointRouteBuilder portal) => portal.MapPost("/rules/revoke", RevokeAsync);

    private static async Task<IResult> RevokeAsync(HttpContext http, IFormCollection form, IProvisioning provisioning, Notes notes)
    {
        var owner = PortalUser.From(http.User)!.Jid;
        var result = await provisioning.RevokeAsync(owner, form["rule"].ToString(), http.RequestAborted);
        var note = result == AnswerResult.Stored
            ? new Note("Taken back. Whoever it spoke of is refused from now on, and you will be asked.")
            : new("That rule is gone already.");
        return Reply.Back(http, notes, note, "/rules");
    }
}
