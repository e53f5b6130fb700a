using Edge.Identity.Accounts;

namespace Edge.Tests.Portal.Kit;

/// <summary>What is done to accounts, over fake ones and the portal's own sessions; olga is the last operator.</summary>
internal sealed class FakeLife(IAccounts accounts, IEnumerable<IAccountSessions> kinds, TimeProvider clock) : IAccountLife
{
    private FakeIdentity Identity => (FakeIdentity)accounts;

    public IReadOnlyList<AccountSession> Sessions(string name) => [.. kinds.SelectMany(k => k.List(name))];

    public async ValueTask<bool> EndSessionAsync(string name, string kind, string id, string reason)
    {
        if (!Sessions(name).Any(s => s.Kind == kind && s.Id == id)) return false;

        await kinds.First(k => k.Kind == kind).EndAsync(name, id, reason);
        return true;
    }

    public Task<AccountError> SignOutAsync(string name, AccountSession? keep = null, CancellationToken cancel = default) =>
        ChangeAsync(name, a => a with { SignedOutAt = clock.GetUtcNow() });

    public async Task<AccountError> SetPasswordAsync(string name, string password, AccountSession? keep = null, CancellationToken cancel = default)
    {
        if (password.Length < 8) return AccountError.BadPassword;
        await Identity.SetPasswordAsync(name, password, cancel);
        return AccountError.None;
    }

    public Task<AccountError> SetDisabledAsync(string name, bool isDisabled, CancellationToken cancel = default) =>
        name == "olga" ? Task.FromResult(AccountError.LastOperator) : ChangeAsync(name, a => a with { IsDisabled = isDisabled });

    public Task<AccountError> SetRolesAsync(string name, Roles roles, CancellationToken cancel = default) => ChangeAsync(name, a => a with { Roles = roles });

    public Task<AccountError> DeleteAsync(string name, AccountSession? keep = null, CancellationToken cancel = default) => Identity.DeleteAsync(name, cancel);

    public Task<AccountError> FinishDeletionAsync(string name, CancellationToken cancel = default) => Identity.DeleteAsync(name, cancel);

    private async Task<AccountError> ChangeAsync(string name, Func<Account, Account> change)
    {
        if (!Identity.Change(name, change)) return AccountError.NotFound;

        foreach (var kind in kinds) await kind.EndAsync(name, null, "changed");
        return AccountError.None;
    }
}
