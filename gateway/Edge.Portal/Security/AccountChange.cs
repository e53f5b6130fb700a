using Edge.Identity.Accounts;
using Microsoft.AspNetCore.Http;

namespace Edge.Portal.Security;

/// <summary>Changes the password of whoever asks for it, who stays signed in: his session's stamp is another then.</summary>
internal sealed class AccountChange(IAccounts accounts, IAccountLife life, PortalSignIn signIn)
{
    public async Task<AccountError> PasswordAsync(HttpContext http, string name, string password)
    {
        var error = await life.SetPasswordAsync(name, password, null, http.RequestAborted);
        if (error == AccountError.None && await accounts.FindAsync(name, http.RequestAborted) is { IsDisabled: false } account) await signIn.SignInAsync(http, account);
        return error;
    }
}
