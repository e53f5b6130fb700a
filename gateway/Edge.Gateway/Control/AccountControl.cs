using Edge.Identity.Accounts;

using static Edge.Gateway.Control.Refusals;

namespace Edge.Gateway.Control;

/// <summary>An account as <c>account list</c> shows it.</summary>
internal sealed record AccountLine(string Name, IReadOnlyList<string> Roles, string State, DateTimeOffset CreatedAt, int Sessions);

/// <summary>What <c>account add</c>, <c>account password</c> and the others ask for.</summary>
internal sealed record AccountWish(string Name, string? Password = null, IReadOnlyList<string>? Roles = null);

/// <summary>Makes, changes and deletes accounts.</summary>
internal sealed class AccountControl : IControlEndpoints
{
    /// <inheritdoc/>
    public static void Map(IEndpointRouteBuilder control)
    {
        control.MapGet("accounts", ListAsync);
        control.MapGet("accounts/{name}/sessions", (string name, IAccountLife life, AccountNames names) => TypedResults.Ok(life.Sessions(names.Of(name))));
        control.MapPost("accounts", AddAsync);
        control.MapPost("accounts/password", (AccountWish wish, IAccountLife life, AccountNames names, CancellationToken cancel) =>
            AnswerAsync(life.SetPasswordAsync(names.Of(wish.Name), wish.Password ?? "", null, cancel)));
        control.MapPost("accounts/roles", SetRolesAsync);
        control.MapPost("accounts/disable", (AccountWish wish, IAccountLife life, AccountNames names, CancellationToken cancel) =>
            AnswerAsync(life.SetDisabledAsync(names.Of(wish.Name), true, cancel)));
        control.MapPost("accounts/enable", (AccountWish wish, IAccountLife life, AccountNames names, CancellationToken cancel) =>
            AnswerAsync(life.SetDisabledAsync(names.Of(wish.Name), false, cancel)));
        control.MapPost("accounts/signout", (AccountWish wish, IAccountLife life, AccountNames names, CancellationToken cancel) =>
            AnswerAsync(life.SignOutAsync(names.Of(wish.Name), null, cancel)));
        control.MapPost("accounts/delete", (AccountWish wish, IAccountLife life, AccountNames names, CancellationToken cancel) =>
            AnswerAsync(life.DeleteAsync(names.Of(wish.Name), null, cancel)));
    }

    private static async Task<IResult> ListAsync(IAccounts accounts, IAccountLife life, CancellationToken cancel)
    {
        List<AccountLine> lines = [];
        await foreach (var account in accounts.ListAsync(cancel))
        {
            var state = account.IsLeaving ? "leaving" : account.IsDisabled ? "disabled" : "enabled";
            lines.Add(new(account.Name, RoleNames.Of(account.Roles), state, account.CreatedAt, life.Sessions(account.Name).Count));
        }

        return TypedResults.Ok(lines);
    }

    private static Task<IResult> AddAsync(AccountWish wish, IAccounts accounts, AccountNames names, CancellationToken cancel) => RolesOf(wish.Roles ?? [], out var roles) is { } fault
        ? Task.FromResult<IResult>(Wrong(fault))
        : AnswerAsync(accounts.CreateAsync(names.Of(wish.Name), wish.Password ?? "", roles, cancel));

    private static Task<IResult> SetRolesAsync(AccountWish wish, IAccountLife life, AccountNames names, CancellationToken cancel) => RolesOf(wish.Roles ?? [], out var roles) is { } fault
        ? Task.FromResult<IResult>(Wrong(fault))
        : AnswerAsync(life.SetRolesAsync(names.Of(wish.Name), roles, cancel));

    private static string? RolesOf(IReadOnlyList<string> words, out Roles roles)
    {
        roles = Roles.None;
        foreach (var word in words)
        {
            var role = RoleNames.Find(word);
            if (role == Roles.None) return $"'{word}' is no role: give {string.Join(", ", RoleNames.All).ToLowerInvariant()}.";
            roles |= role;
        }

        return null;
    }

    private static async Task<IResult> AnswerAsync(Task<AccountError> change) => await change switch
    {
        AccountError.None => TypedResults.Ok(),
        AccountError.NotFound => Wrong("No such account: look at 'edge-gateway account list'."),
        var error => Wrong(AccountErrorText.Of(error)),
    };
}
