using System.Security.Cryptography;

using Edge.Identity.Sasl;
using Edge.Storage;

using Microsoft.Extensions.Options;

namespace Edge.Identity.Accounts;

/// <summary>Accounts as documents under their names in lower case.</summary>
internal sealed class AccountStore : IAccounts, IDisposable
{
    private const int MaxName = 64;
    private const int MinPassword = 8;
    private const int MaxPassword = 256;

    private readonly IStore<Account> _accounts;
    private readonly IdentityOptions _options;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _changing = new(1);
    private readonly ScramKeys _decoy;

    public AccountStore(IStorage storage, IOptions<IdentityOptions> options, TimeProvider clock)
    {
        (_accounts, _options, _clock) = (storage.Open<Account>("accounts"), options.Value, clock);
        _decoy = ScramKeyMaker.Make(ScramMechanism.Sha256, RandomNumberGenerator.GetHexString(32), _options.ScramIterations);
    }

    /// <summary>Raised with the name, in lower case, after a password was changed or an account removed.</summary>
    public event Action<string>? Changed;

    /// <summary>The name that accounts are kept under.</summary>
    public static string Key(string name) => name.ToLowerInvariant();

    /// <summary>May an account be called so?</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    public async Task<AccountError> CreateAsync(string name, string password, Roles roles, CancellationToken cancel = default)
    {
        if (!IsName(name)) return AccountError.BadName;
        if (!IsPassword(password)) return AccountError.BadPassword;

        var account = WithPassword(new Account(Key(name), roles, _clock.GetUtcNow()), password);
        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (await FindAsync(name, cancel).ConfigureAwait(false) is not null) return AccountError.NameTaken;
            if (await CountAsync(cancel).ConfigureAwait(false) >= _options.MaxAccounts) return AccountError.TooMany;

            await _accounts.SaveAsync(account.Name, account, cancel).ConfigureAwait(false);
            return AccountError.None;
        }
        finally
        {
            _changing.Release();
        }
    }

    public async ValueTask<Account?> FindAsync(string name, CancellationToken cancel = default) =>
        IsName(name) ? await _accounts.FindAsync(Key(name), cancel).ConfigureAwait(false) : null;

    public async Task<AccountError> SetPasswordAsync(string name, string password, CancellationToken cancel = default)
    {
        if (!IsPassword(password)) return AccountError.BadPassword;

        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (await FindAsync(name, cancel).ConfigureAwait(false) is not { } account) return AccountError.NotFound;

            await _accounts.SaveAsync(account.Name, WithPassword(account, password), cancel).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }

        Changed?.Invoke(Key(name));
        return AccountError.None;
    }

    public async ValueTask<Account?> VerifyPasswordAsync(string name, string password, CancellationToken cancel = default)
    {
        if (password.Length > MaxPassword) return null;

        var account = await FindAsync(name, cancel).ConfigureAwait(false);
        return Matches(account, password) && account is { IsDisabled: false } ? account : null;
    }

    /// <summary>Is this the password of that account? Takes as long where there is none.</summary>
    public bool Matches(Account? account, string password) =>
        password.Length <= MaxPassword && ScramKeyMaker.Matches(ScramMechanism.Sha256, password, account?.ScramSha256 ?? _decoy) && account?.ScramSha256 is not null;

    public async Task<AccountError> DeleteAsync(string name, CancellationToken cancel = default)
    {
        if (!IsName(name) || !await _accounts.DeleteAsync(Key(name), cancel).ConfigureAwait(false)) return AccountError.NotFound;

        Changed?.Invoke(Key(name));
        return AccountError.None;
    }

    public async IAsyncEnumerable<Account> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var (_, account) in _accounts.ListAsync(cancel: cancel).ConfigureAwait(false)) yield return account;
    }

    public void Dispose() => _changing.Dispose();

    private static bool IsPassword(string password) => password.Length is >= MinPassword and <= MaxPassword;

    private Account WithPassword(Account account, string password) => account with
    {
        ScramSha1 = ScramKeyMaker.Make(ScramMechanism.Sha1, password, _options.ScramIterations),
        ScramSha256 = ScramKeyMaker.Make(ScramMechanism.Sha256, password, _options.ScramIterations),
    };

    private async Task<int> CountAsync(CancellationToken cancel)
    {
        var count = 0;
        await foreach (var _ in _accounts.ListAsync(cancel: cancel).ConfigureAwait(false)) count++;
        return count;
    }
}
