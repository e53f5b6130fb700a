using Edge.Identity.Accounts;
using Edge.Portal.Layout;
using Edge.Portal.Security;
using Edge.Portal.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Portal.Pages.AccountList;

/// <summary>What operators do with accounts. For operators.</summary>
internal sealed class AccountListActions : IPortalEndpoints
{
    private const string Page = "/accounts";

    public void Map(IEndpointRouteBuilder portal)
    {
        var group = portal.MapGroup(Page).RequireAuthorization(PortalUser.OperatorPolicy);
        group.MapPost("/add", AddAsync);
        group.MapPost("/disable", (HttpContext http, IFormCollection form, IAccountLife life, Notes notes) =>
            AnswerAsync(http, notes, form, name => life.SetDisabledAsync(name, true, http.RequestAborted), "{0} is disabled and signed out."));
        group.MapPost("/enable", (HttpContext http, IFormCollection form, IAccountLife life, Notes notes) =>
            AnswerAsync(http, notes, form, name => life.SetDisabledAsync(name, false, http.RequestAborted), "{0} may sign in again."));
        group.MapPost("/sign-out", (HttpContext http, IFormCollection form, IAccountLife life, Notes notes) =>
            AnswerAsync(http, notes, form, name => life.SignOutAsync(name, null, http.RequestAborted), "{0} is signed out everywhere."));
        group.MapPost("/roles", (HttpContext http, IFormCollection form, IAccountLife life, Notes notes) =>
            AnswerAsync(http, notes, form, name => life.SetRolesAsync(name, RolesOf(form), http.RequestAborted), "{0} has other roles."));
        group.MapPost("/password", SetPasswordAsync);
        group.MapPost("/delete", DeleteAsync);
    }

    private static Task<IResult> AddAsync(HttpContext http, IFormCollection form, IAccounts accounts, Notes notes) => AnswerAsync(
        http, notes, form, name => accounts.CreateAsync(name, form["password"].ToString(), RolesOf(form), http.RequestAborted), "{0} is made.");

    private static Task<IResult> SetPasswordAsync(HttpContext http, IFormCollection form, IAccountLife life, AccountChange change, Notes notes) => AnswerAsync(
        http, notes, form,
        name => string.Equals(name, PortalUser.From(http.User)!.Name, StringComparison.OrdinalIgnoreCase)
            ? change.PasswordAsync(http, name, form["password"].ToString())
            : life.SetPasswordAsync(name, form["password"].ToString(), null, http.RequestAborted),
        "{0} has another password, and is signed out elsewhere.");

    private static Task<IResult> DeleteAsync(HttpContext http, IFormCollection form, IAccountLife life, Notes notes)
    {
        if (string.Equals(form["sure"].ToString().Trim(), form["name"].ToString(), StringComparison.OrdinalIgnoreCase))
            return AnswerAsync(http, notes, form, name => life.DeleteAsync(name, null, http.RequestAborted), "{0} is deleted with everything that was kept for it.");

        return Task.FromResult(Reply.Back(http, notes, new("Nothing is deleted: type the account's name to be sure.", IsProblem: true), Page));
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, Notes notes, IFormCollection form, Func<string, Task<AccountError>> change, string done)
    {
        var name = form["name"].ToString().Trim();
        var error = await change(name);
        return Reply.Back(http, notes, error == AccountError.None ? new(done.Replace("{0}", name, StringComparison.Ordinal)) : new(AccountErrorText.Of(error), IsProblem: true), Page);
    }

    private static Roles RolesOf(IFormCollection form) => form["role"]
        .Select(r => RoleNames.Find(r ?? ""))
        .Aggregate(Roles.None, (all, role) => all | role);
}
