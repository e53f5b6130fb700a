using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Edge.Identity.Accounts;

namespace Edge.Tests.Portal.Kit;

/// <summary>Accounts and codes in memory, without the cost of real key derivation.</summary>
internal sealed class FakeIdentity : IAccounts, IPasswords, IOneTimeCodes
{
    private readonly ConcurrentDictionary<string, Account> _accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, RedeemedCode> _codes = new(StringComparer.Ordinal);

    public Task<AccountError> CreateAsync(string name, string password, Roles roles, CancellationToken cancel = default)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')) return Task.FromResult(AccountError.BadName);
        if (password.Length < 8) return Task.FromResult(AccountError.BadPassword);

        var account = new Account(name, roles, DateTimeOffset.UnixEpoch) { ScramSha256 = Keys(password) };
        return Task.FromResult(_accounts.TryAdd(name, account) ? AccountError.None : AccountError.NameTaken);
    }

    public ValueTask<Account?> FindAsync(string name, CancellationToken cancel = default) => new(_accounts.GetValueOrDefault(name));

    public Task<AccountError> SetPasswordAsync(string name, string password, CancellationToken cancel = default)
    {
        _accounts[name] = _accounts[name] with { ScramSha256 = Keys(password) };
        Changed?.Invoke(name);
        return Task.FromResult(AccountError.None);
    }

    /// <summary>What every check of a password ends with; null for what the password deserves.</summary>
    public PasswordError? Refusal { get; set; }

    /// <summary>Where passwords came from.</summary>
    public ConcurrentQueue<IPAddress?> Asked { get; } = [];

    public event Action<string>? Changed;

    public ValueTask<PasswordResult> CheckAsync(string name, string password, IPAddress? from, CancellationToken cancel = default)
    {
        Asked.Enqueue(from);
        if (Refusal is { } refusal) return new(new PasswordResult(null, refusal));

        return new(_accounts.GetValueOrDefault(name) is { IsDisabled: false } account && account.ScramSha256!.StoredKey.SequenceEqual(Keys(password).StoredKey)
            ? new PasswordResult(account, PasswordError.None)
            : new PasswordResult(null, PasswordError.Wrong));
    }

    public Task<AccountError> DeleteAsync(string name, CancellationToken cancel = default) =>
        Task.FromResult(_accounts.TryRemove(name, out _) ? AccountError.None : AccountError.NotFound);

    public async IAsyncEnumerable<Account> ListAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        await Task.CompletedTask;
        foreach (var account in _accounts.Values.OrderBy(a => a.Name, StringComparer.Ordinal)) yield return account;
    }

    public Task<string> IssueAsync(string? account, TimeSpan lifetime, CancellationToken cancel = default)
    {
        var code = Convert.ToHexString(RandomNumberGenerator.GetBytes(5));
        _codes[code] = new(account);
        return Task.FromResult(code);
    }

    public Task<RedeemedCode?> RedeemAsync(string code, CancellationToken cancel = default) =>
        Task.FromResult(_codes.TryRemove(code, out var redeemed) ? redeemed : null);

    public void Disable(string name) => _accounts[name] = _accounts[name] with { IsDisabled = true };

    /// <summary>Writes an account anew; false where there is none.</summary>
    public bool Change(string name, Func<Account, Account> change)
    {
        if (!_accounts.TryGetValue(name, out var account)) return false;

        _accounts[name] = change(account);
        return true;
    }

    private static ScramKeys Keys(string password) => new([], 1, SHA256.HashData(Encoding.UTF8.GetBytes(password)), []);
}
