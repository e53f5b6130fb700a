using Edge.Identity.Accounts;

namespace Edge.Gateway.Control;

/// <summary>An account as <c>account list</c> shows it.</summary>
internal sealed record AccountLine(string Name, IReadOnlyList<string> Roles, string State, DateTimeOffset CreatedAt, int Sessions);

/// <summary>What <c>account add</c>, <c>account password</c> and the others ask for.</summary>
internal sealed record AccountWish(string Name, string? Password = null, IReadOnlyList<string>? Roles = null);

/// <summary>Makes, changes and deletes accounts.</summary>
internal sealed class AccountControl : IControlEndpoints
{
    private static readonly Roles[] Named = [Roles.Operator, Roles.Owner, Roles.Device, Roles.Service];

    /// <inheritdoc/>
    public static void Map(IEndpointRouteBuilder control)
    {
        control.MapGet("accounts", ListAsync);
        control.MapGet("accounts/{name}/sessions", (string name, IAccountLife life) => TypedResults.Ok(life.Sessions(name)));
        control.MapPost("accounts", AddAsync);
        control.MapPost("accounts/password", (AccountWish wish, IAccountLife life, CancellationToken cancel) =>
            AnswerAsync(life.SetPasswordAsync(wish.Name, wish.Password ?? "", null, cancel)));
        control.MapPost("accounts/roles", SetRolesAsync);
        control.MapPost("accounts/disable", (AccountWish wish, IAccountLife life, CancellationToken cancel) => AnswerAsync(life.SetDisabledAsync(wish.Name, true, cancel)));
        control.MapPost("accounts/enable", (AccountWish wish, IAccountLife life, CancellationToken cancel) => AnswerAsync(life.SetDisabledAsync(wish.Name, false, cancel)));
        control.MapPost("accounts/signout", (AccountWish wish, IAccountLife life, CancellationToken cancel) => AnswerAsync(life.SignOutAsync(wish.Name, null, cancel)));
        control.MapPost("accounts/delete", (AccountWish wish, IAccountLife life, CancellationToken cancel) => AnswerAsync(life.DeleteAsync(wish.Name, null, cancel)));
    }

    private static async Task<IResult> ListAsync(IAccounts accounts, IAccountLife life, CancellationToken cancel)
    {
        List<AccountLine> lines = [];
        await foreach (var account in accounts.ListAsync(cancel))
        {
            var state = account.IsLeaving ? "leaving" : account.IsDisabled ? "disabled" : "enabled";
            lines.Add(new(account.Name, [.. Named.Where(r => account.Roles.HasFlag(r)).Select(Word)], state, account.CreatedAt, life.Sessions(account.Name).Count));
        }

        return TypedResults.Ok(lines);
    }

    private static Task<IResult> AddAsync(AccountWish wish, IAccounts accounts, CancellationToken cancel) => RolesOf(wish.Roles ?? [], out var roles) is { } fault
        ? Task.FromResult<IResult>(Wrong(fault))
        : AnswerAsync(accounts.CreateAsync(wish.Name, wish.Password ?? "", roles, cancel));

    private static Task<IResult> SetRolesAsync(AccountWish wish, IAccountLife life, CancellationToken cancel) => RolesOf(wish.Roles ?? [], out var roles) is { } fault
        ? Task.FromResult<IResult>(Wrong(fault))
        : AnswerAsync(life.SetRolesAsync(wish.Name, roles, cancel));

    private static string? RolesOf(IReadOnlyList<string> words, out Roles roles)
    {
        roles = Roles.None;
        foreach (var word in words)
        {
            var role = Named.FirstOrDefault(r => Word(r).Equals(word, StringComparison.OrdinalIgnoreCase));
            if (role == Roles.None) return $"'{word}' is no role: give {string.Join(", ", Named.Select(Word))}.";
            roles |= role;
        }

        return null;
    }

    private static string Word(Roles role) => role.ToString().ToLowerInvariant();

    private static async Task<IResult> AnswerAsync(Task<AccountError> change) => await change switch
    {
        AccountError.None => TypedResults.Ok(),
        AccountError.NameTaken => Wrong("The name is taken: choose another."),
        AccountError.BadName => Wrong("A name has 1 to 64 letters, digits, dots, dashes or underscores."),
        AccountError.BadPassword => Wrong("A password has 8 to 256 characters."),
        AccountError.NotFound => Wrong("No such account: look at 'edge-gateway account list'."),
        AccountError.TooMany => Wrong("identity:maxAccounts is reached: raise it, or delete accounts."),
        AccountError.LastOperator => Wrong("This is the last operator: make another first with 'account add NAME --role operator', or nobody could run the gateway."),
        _ => Wrong("The account is disabled, but something that hangs on it could not be removed: see the gateway's log, then delete it again."),
    };

    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult Wrong(string text) => TypedResults.Text(text, statusCode: StatusCodes.Status400BadRequest);
}
