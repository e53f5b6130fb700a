using Edge.Identity.Accounts;

namespace Edge.Gateway.Hosting;

/// <summary>There is no default account: a gateway without accounts prints a one-time code that makes the operator's.</summary>
internal static class FirstStart
{
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromHours(24);

    /// <summary>A code, where there is no account yet; else null.</summary>
    public static async Task<string?> OperatorCodeAsync(IServiceProvider services, CancellationToken cancel)
    {
        await foreach (var _ in services.GetRequiredService<IAccounts>().ListAsync(cancel)) return null;
        return await services.GetRequiredService<IOneTimeCodes>().IssueAsync(account: null, CodeLifetime, cancel);
    }
}
