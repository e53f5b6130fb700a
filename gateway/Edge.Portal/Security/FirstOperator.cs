using Edge.Identity.Accounts;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Edge.Portal.Security;

/// <summary>
/// Makes the first operator account for whoever brought the one-time code of the first start. The code is used up at once; a short-lived,
/// protected cookie then lets the same browser fill in name and password.
/// </summary>
internal sealed class FirstOperator(IAccounts accounts, IDataProtectionProvider protection) : IDisposable
{
    private const string Cookie = "edge-first";
    private const string Proof = "unbound code redeemed";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15); // to think of a password

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("Edge.Portal.FirstOperator").ToTimeLimitedDataProtector();
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Lets this browser make the account.</summary>
    public void Admit(HttpContext http) =>
        http.Response.Cookies.Append(Cookie, _protector.Protect(Proof, Lifetime), PortalCookies.Options(http, Lifetime));

    /// <summary>True where this browser was admitted within the last minutes.</summary>
    public bool IsAdmitted(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } value) return false;

        try
        {
            return _protector.Unprotect(value) == Proof;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }

    /// <summary>True where an operator exists already: then no code makes another.</summary>
    public async Task<bool> ExistsAsync(CancellationToken cancel)
    {
        await foreach (var account in accounts.ListAsync(cancel))
        {
            if (account.Roles.HasFlag(Roles.Operator)) return true;
        }

        return false;
    }

    /// <summary>Makes the account, unless there is an operator already (null then).</summary>
    public async Task<AccountError?> CreateAsync(HttpContext http, string name, string password)
    {
        await _one.WaitAsync(http.RequestAborted);
        try
        {
            if (await ExistsAsync(http.RequestAborted)) return null;

            var error = await accounts.CreateAsync(name, password, Roles.Operator | Roles.Owner, http.RequestAborted);
            if (error == AccountError.None) http.Response.Cookies.Delete(Cookie, PortalCookies.Options(http, null));
            return error;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
