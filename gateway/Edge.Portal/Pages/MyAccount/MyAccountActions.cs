using Edge.Identity.Accounts;
using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Portal.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Pages.MyAccount;

/// <summary>What people do with their own account: another password, and the end of sessions.</summary>
internal sealed class MyAccountActions : IPortalEndpoints
{
    private const string Page = "/account";

    public void Map(IEndpointRouteBuilder portal)
    {
        portal.MapPost("/account/password", ChangePasswordAsync).RequireRateLimiting(RequestLimits.SignIn);
        portal.MapPost("/account/end", EndAsync);
        portal.MapPost("/account/sign-out-everywhere", SignOutEverywhereAsync);
    }

    private static async Task<IResult> ChangePasswordAsync(HttpContext http, IFormCollection form, PortalSignIn signIn, AccountChange change, Notes notes)
    {
        var user = PortalUser.From(http.User)!;
        var (old, wanted) = (form["old"].ToString(), form["new"].ToString());
        if (wanted != form["again"].ToString()) return Problem("The two new passwords differ. Type them again.");
        if (old.Length is 0 or > 256) return Problem("The password of now is wrong.");
        if ((await signIn.CheckAsync(http, user.Name, old, "The password of now is wrong.")).Problem is { } problem) return Problem(problem);

        var error = await change.PasswordAsync(http, user.Name, wanted);
        return error == AccountError.None ? Reply.Back(http, notes, new("You have another password. Sign in with it everywhere else."), Page) : Problem(AccountErrorText.Of(error));

        IResult Problem(string text) => Reply.Back(http, notes, new(text, IsProblem: true), Page);
    }

    private static async Task<IResult> EndAsync(HttpContext http, IFormCollection form, IAccountLife life, Notes notes)
    {
        var user = PortalUser.From(http.User)!;
        var isEnded = await life.EndSessionAsync(user.Name, form["kind"].ToString(), form["id"].ToString(), "Its owner ended it.");
        return Reply.Back(http, notes, new(isEnded ? "It is signed out." : "It was not signed in any more."), Page);
    }

    private static async Task<IResult> SignOutEverywhereAsync(HttpContext http, IAccountLife life, PortalSignIn signIn, Notes notes)
    {
        await life.SignOutAsync(PortalUser.From(http.User)!.Name, cancel: http.RequestAborted);
        await signIn.SignOutAsync(http);
        return Reply.Back(http, notes, new("You are signed out everywhere. Sign in again here."), "/sign-in");
    }
}
