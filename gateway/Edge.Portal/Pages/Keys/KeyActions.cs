using System.Globalization;

using Edge.Identity.Registration;
using Edge.Portal.Layout;
using Edge.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Pages.Keys;

/// <summary>Makes, switches and revokes registration keys, and answers who asks for one. For operators.</summary>
internal sealed class KeyActions : IPortalEndpoints
{
    private const string Page = "/keys";

    public void Map(IEndpointRouteBuilder portal)
    {
        var group = portal.MapGroup(Page).RequireAuthorization(PortalUser.OperatorPolicy);
        group.MapPost("/add", AddAsync);
        group.MapPost("/switch", SwitchAsync);
        group.MapPost("/revoke", RevokeAsync);
        group.MapPost("/confirm", ConfirmAsync);
        group.MapPost("/deny", DenyAsync);
    }

    private static async Task<IResult> AddAsync(HttpContext http, IFormCollection form, KeyDesk desk, Notes notes) => Shown(
        http, notes, await desk.MakeAsync(form["label"].ToString(), Number(form["quota"]), Number(form["days"]), PortalUser.From(http.User)!.Name, http.RequestAborted));

    private static async Task<IResult> SwitchAsync(HttpContext http, IFormCollection form, IRegistrationKeys keys, Notes notes)
    {
        var isOn = form["on"].ToString() == "true";
        var error = await keys.SwitchAsync(form["key"].ToString(), isOn, http.RequestAborted);
        return Back(http, notes, error, isOn ? "The key makes accounts again." : "The key makes no more accounts until you switch it on.");
    }

    private static async Task<IResult> RevokeAsync(HttpContext http, IFormCollection form, IRegistrationKeys keys, Notes notes) =>
        Back(http, notes, await keys.RevokeAsync(form["key"].ToString(), http.RequestAborted), "The key is gone. The accounts that were made with it stay.");

    private static async Task<IResult> ConfirmAsync(HttpContext http, IFormCollection form, KeyDesk desk, Notes notes) => Shown(
        http, notes, await desk.ConfirmAsync(form["request"].ToString(), Number(form["quota"]), Number(form["days"]), PortalUser.From(http.User)!.Name, http.RequestAborted));

    private static async Task<IResult> DenyAsync(HttpContext http, IFormCollection form, IKeyRequests requests, Notes notes) =>
        await requests.DenyAsync(form["request"].ToString(), http.RequestAborted) is { } request
            ? Reply.Back(http, notes, new($"{request.Name} gets no key."), Page)
            : Back(http, notes, RegistrationKeyError.NoRequest, "");

    private static IResult Shown(HttpContext http, Notes notes, (string? Code, RegistrationKeyError Error) made) => made.Code is null
        ? Back(http, notes, made.Error, "")
        : Reply.Back(http, notes, new("The key is made."), $"{Page}?given={made.Code}");

    private static int Number(Microsoft.Extensions.Primitives.StringValues text) =>
        int.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static IResult Back(HttpContext http, Notes notes, RegistrationKeyError error, string done) =>
        Reply.Back(http, notes, error == RegistrationKeyError.None ? new(done) : new(RegistrationKeyErrorText.Of(error), IsProblem: true), Page);
}
