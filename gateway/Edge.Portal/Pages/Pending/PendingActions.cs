using Edge.Identity.Pending;
using Edge.Portal.Layout;
using Edge.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Pages.Pending;

/// <summary>Lets a waiting device in, denies it, or takes a denial back. For operators.</summary>
internal sealed class PendingActions : IPortalEndpoints
{
    private const string Page = "/pending";

    private static readonly Note Gone = new("That device does not wait any more.", IsProblem: true);

    public void Map(IEndpointRouteBuilder portal)
    {
        portal.MapPost("/pending/allow", AllowAsync).RequireAuthorization(PortalUser.OperatorPolicy);
        portal.MapPost("/pending/deny", DenyAsync).RequireAuthorization(PortalUser.OperatorPolicy);
        portal.MapPost("/pending/forgive", ForgiveAsync).RequireAuthorization(PortalUser.OperatorPolicy);
    }

    private static async Task<IResult> AllowAsync(HttpContext http, IFormCollection form, IPendingDevices pending, PendingDesk desk, Notes notes)
    {
        var (client, address) = DeviceOf(form);
        if (pending.Waiting.FirstOrDefault(d => d.ClientId == client && d.Address == address) is not { } device) return Reply.Back(http, notes, Gone, Page);

        try
        {
            var code = device.Kind == PendingKind.Node
                ? await desk.AllowNodeAsync(device, http.RequestAborted)
                : desk.AllowClient(device, form["scopes"].ToString());
            return code is null
                ? Reply.Back(http, notes, new("These are no scopes: give r, w or rw and a topic filter, one line each, such as rw home/#.", IsProblem: true), Page)
                : Reply.Back(http, notes, new($"{device.ClientId} may come in."), $"{Page}?given={code}");
        }
        catch (ArgumentException tooLong)
        {
            return Reply.Back(http, notes, new(tooLong.Message, IsProblem: true), Page);
        }
    }

    private static async Task<IResult> DenyAsync(HttpContext http, IFormCollection form, IPendingDevices pending, Notes notes)
    {
        var (client, address) = DeviceOf(form);
        var note = !pending.Waiting.Any(d => d.ClientId == client && d.Address == address) ? Gone
            : await pending.DenyAsync(client, address, http.RequestAborted) ? new($"{client} is refused from now on, and you are not asked again.")
            : new("identity:pending:maxDenied is reached: take other denials back first.", IsProblem: true);
        return Reply.Back(http, notes, note, Page);
    }

    private static async Task<IResult> ForgiveAsync(HttpContext http, IFormCollection form, IPendingDevices pending, Notes notes)
    {
        var (client, address) = DeviceOf(form);
        await pending.ForgiveAsync(client, address, http.RequestAborted);
        return Reply.Back(http, notes, new($"{client} may ask again."), Page);
    }

    private static (string Client, string Address) DeviceOf(IFormCollection form) => (form["client"].ToString(), form["address"].ToString());
}
