using System.Globalization;

using Edge.Identity.Registration;
using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Portal.Views;
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

    private static Task<IResult> AddAsync(HttpContext http, IFormCollection form, KeyDesk desk, Notes notes) =>
        MakeAsync(http, form, desk, notes, form["label"].ToString());

    private static async Task<IResult> SwitchAsync(HttpContext http, IFormCollection form, IRegistrationKeys keys, Notes notes)
    {
        var isOn = form["on"].ToString() == "true";
        var error = await keys.SwitchAsync(form["key"].ToString(), isOn, http.RequestAborted);
        return Back(http, notes, error, isOn ? "The key makes accounts again." : "The key makes no more accounts until you switch it on.");
    }

    private static async Task<IResult> RevokeAsync(HttpContext http, IFormCollection form, IRegistrationKeys keys, Notes notes) =>
        Back(http, notes, await keys.RevokeAsync(form["key"].ToString(), http.RequestAborted), "The key is gone. The accounts that were made with it stay.");

    private static async Task<IResult> ConfirmAsync(HttpContext http, IFormCollection form, IKeyRequests requests, KeyDesk desk, Notes notes)
    {
        var id = form["request"].ToString();
        if (requests.Waiting.FirstOrDefault(r => r.Id == id) is not { } request) return Gone(http, notes);

        var answer = await MakeAsync(http, form, desk, notes, request.Name);
        if (http.Response.Headers.Location.ToString() != Page) await requests.CloseAsync(id, http.RequestAborted);
        return answer;
    }

    private static async Task<IResult> DenyAsync(HttpContext http, IFormCollection form, IKeyRequests requests, Notes notes) =>
        await requests.CloseAsync(form["request"].ToString(), http.RequestAborted) is { } request
            ? Reply.Back(http, notes, new($"{request.Name} gets no key."), Page)
            : Gone(http, notes);

    private static async Task<IResult> MakeAsync(HttpContext http, IFormCollection form, KeyDesk desk, Notes notes, string label)
    {
        var (quota, days) = (Number(form["quota"].ToString()), Number(form["days"].ToString()));
        var (code, error) = await desk.MakeAsync(label, quota, days, PortalUser.From(http.User)!.Name, http.RequestAborted);
        return code is null
            ? Reply.Back(http, notes, new(KeyWords.Of(error), IsProblem: true), Page)
            : Reply.Back(http, notes, new("The key is made."), $"{Page}?given={code}");
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static IResult Gone(HttpContext http, Notes notes) => Reply.Back(http, notes, new("This request is not there any more.", IsProblem: true), Page);

    private static IResult Back(HttpContext http, Notes notes, RegistrationKeyError error, string done) =>
        Reply.Back(http, notes, error == RegistrationKeyError.None ? new(done) : new(KeyWords.Of(error), IsProblem: true), Page);
}
