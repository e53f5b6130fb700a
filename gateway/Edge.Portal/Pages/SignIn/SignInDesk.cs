using Edge.Identity.Accounts;
using Edge.Portal.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Edge.Portal.Pages.SignIn;

/// <summary>How signing in ended: a problem in words; or done; or the person is to make the first account.</summary>
internal sealed record SignInResult(string? Problem, bool MakesAccount = false);

/// <summary>Signs people in by password or one-time code.</summary>
internal sealed partial class SignInDesk(
    IAccounts accounts, IOneTimeCodes codes, PortalSignIn signIn, FirstOperator first, ILogger<SignInDesk> logger)
{
    public async Task<SignInResult> ByPasswordAsync(HttpContext http, string? name, string? password)
    {
        // Longer than any name or password: not worth the cost of a check.
        if (name is not { Length: > 0 and <= 64 } || password is not { Length: > 0 and <= 256 })
            return new("Give your name and your password.");

        var (account, problem) = await signIn.CheckAsync(http, name.Trim(), password, "Name or password is wrong.");
        return account is null ? new(problem) : await EnterAsync(http, account);
    }

    public async Task<SignInResult> ByCodeAsync(HttpContext http, string? code)
    {
        if (code is not { Length: > 0 and <= 128 }) return new("Give the code.");

        if (await codes.RedeemAsync(code.Trim(), http.RequestAborted) is not { } redeemed)
        {
            signIn.Refused(http, "Its code is wrong, used already, or too old.");
            return new("This code is wrong, used already, or too old. The gateway prints a new one at its next start.");
        }

        if (redeemed.Account is { } name)
        {
            return await accounts.FindAsync(name, http.RequestAborted) is { IsDisabled: false } account
                ? await EnterAsync(http, account)
                : new("The account of this code is not there any more.");
        }

        if (await first.ExistsAsync(http.RequestAborted)) return new("There is an operator already. Sign in with the name and the password.");

        first.Admit(http);
        return new(null, MakesAccount: true);
    }

    private async Task<SignInResult> EnterAsync(HttpContext http, Account account)
    {
        await signIn.SignInAsync(http, account);
        LogEntered(account.Name);
        return new((string?)null);
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Information, Message = "{Account} signed in to the portal")]
    private partial void LogEntered(string account);
}
