using Edge.Identity.Accounts;

namespace Edge.Tests.Identity.Sasl;

/// <summary>Accounts that hold one.</summary>
internal sealed class OneAccount(Account account) : IAccounts
{
    public Account Account => account;

    public ValueTask<Account?> FindAsync(string name, CancellationToken cancel = default) =>
        ValueTask.FromResult(string.Equals(name, account.Name, StringComparison.OrdinalIgnoreCase) ? account : null);

    public Task<AccountError> CreateAsync(string name, string password, Roles roles, CancellationToken cancel = default) => throw new NotSupportedException();

    public IAsyncEnumerable<Account> ListAsync(CancellationToken cancel = default) => throw new NotSupportedException();
}
