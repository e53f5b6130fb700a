using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

using Edge.Identity.Sasl;
using Edge.Storage;
using Edge.Things.Addresses;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Identity.Accounts;

/// <summary>Accounts as documents under their names in lower case.</summary>
internal sealed partial class AccountStore : IAccounts, IScramCoverage, IAccountChanges, IDisposable
{
    private const int MaxName = 64;
    private const int MinPassword = 8;
    private const int MaxPassword = 256;

    private readonly IStore<Account> _accounts;
    private readonly IdentityOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<AccountStore> _logger;
    private readonly SemaphoreSlim _changing = new(1);
    private readonly ScramKeys _decoy;
    private readonly ConcurrentDictionary<string, byte> _incomplete = new(StringComparer.Ordinal); // accounts without keys for SHA-512
    private long _changes;

    public AccountStore(IStorage storage, IOptions<IdentityOptions> options, TimeProvider clock, ILogger<AccountStore> logger)
    {
        (_accounts, _options, _clock, _logger) = (storage.Open<Account>("accounts"), options.Value, clock, logger);
        _decoy = ScramKeyMaker.Make(ScramMechanism.Sha256, RandomNumberGenerator.GetHexString(32), _options.ScramIterations);
    }

    /// <summary>Raised with the name, in lower case, after a password was changed, or an account signed out everywhere, disabled or removed.</summary>
    public event Action<string>? Changed;

    public long Count => Interlocked.Read(ref _changes);

    /// <summary>The name that accounts are kept under.</summary>
    public static string Key(string name) => name.ToLowerInvariant();

    /// <summary>May an account be called so? ASCII on purpose, though addresses elsewhere may have letters of all scripts (RFC 7622): names are typed on devices, put into
    /// topics, and compared by people.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>Finds out which accounts lack keys, before anybody signs in.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await foreach (var account in ListAsync(cancel).ConfigureAwait(false)) Note(account);
        if (!_incomplete.IsEmpty) LogIncomplete(_incomplete.Count);
    }

    public bool IsComplete(ScramMechanism mechanism) => mechanism != ScramMechanism.Sha512 || _incomplete.IsEmpty;

    public async Task<AccountError> CreateAsync(string name, string password, Roles roles, CancellationToken cancel = default)
    {
        if (!IsName(name)) return AccountError.BadName;
        if (FaultOf(password) is var fault && fault != AccountError.None) return fault;
        if (await FindAsync(name, cancel).ConfigureAwait(false) is not null) return AccountError.NameTaken; // before three PBKDF2; looked at again below

        var account = (await MakeKeysAsync(password, cancel).ConfigureAwait(false)).Of(new Account(Key(name), roles, _clock.GetUtcNow()));
        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (await FindAsync(name, cancel).ConfigureAwait(false) is not null) return AccountError.NameTaken;
            if (await CountAsync(_ => true, cancel).ConfigureAwait(false) >= _options.MaxAccounts) return AccountError.TooMany;

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

    /// <summary>Sets another password, and leaves what rests on the old one to <see cref="AccountLife"/>.</summary>
    public async Task<AccountError> SetPasswordAsync(string name, string password, CancellationToken cancel = default)
    {
        if (FaultOf(password) is var fault && fault != AccountError.None) return fault;

        var keys = await MakeKeysAsync(password, cancel).ConfigureAwait(false);
        return await ChangeAsync(name, account => account.IsLeaving ? null : keys.Of(account), isTold: true, cancel).ConfigureAwait(false);
    }

    // Three PBKDF2 are milliseconds of work, and who asks may be on a thread that serves sockets.
    private Task<PasswordKeys> MakeKeysAsync(string password, CancellationToken cancel) => Task.Run(() => PasswordKeys.Make(password, _options.ScramIterations), cancel);

    /// <summary>Lets an account sign in again, or no more.</summary>
    public Task<AccountError> SetDisabledAsync(string name, bool isDisabled, CancellationToken cancel) =>
        ChangeAsync(name, account => account.IsLeaving ? null : account with { IsDisabled = isDisabled }, isTold: isDisabled, cancel);

    /// <summary>Gives an account other roles.</summary>
    public Task<AccountError> SetRolesAsync(string name, Roles roles, CancellationToken cancel) =>
        ChangeAsync(name, account => account.IsLeaving ? null : account with { Roles = roles }, isTold: false, cancel);

    /// <summary>Notes that every session of an account is over.</summary>
    public Task<AccountError> SignOutAsync(string name, CancellationToken cancel) =>
        ChangeAsync(name, account => account with { SignedOutAt = _clock.GetUtcNow() }, isTold: true, cancel);

    /// <summary>Begins the end of an account: from here on it cannot sign in, and does not come back.</summary>
    public Task<AccountError> LeaveAsync(string name, CancellationToken cancel) =>
        ChangeAsync(name, account => account with { IsDisabled = true, IsLeaving = true }, isTold: true, cancel);

    /// <summary>Is this the password of that account? Takes as long where there is none.</summary>
    public bool Matches(Account? account, string password) =>
        password.Length <= MaxPassword && ScramKeyMaker.Matches(ScramMechanism.Sha256, password, account?.ScramSha256 ?? _decoy) && account?.ScramSha256 is not null;

    /// <summary>Makes the keys that an account lacks, now that its password is here and right. Those that it has stay: clients keep what they made with them.</summary>
    public async ValueTask CompleteKeysAsync(Account account, string password, CancellationToken cancel)
    {
        if (account.ScramSha512 is not null) return;

        var keys = ScramKeyMaker.Make(ScramMechanism.Sha512, password, _options.ScramIterations);
        await ChangeAsync(
            account.Name,
            now => now.ScramSha512 is null && now.ScramSha256!.StoredKey.AsSpan().SequenceEqual(account.ScramSha256!.StoredKey) ? now with { ScramSha512 = keys } : null,
            isTold: false, cancel).ConfigureAwait(false);
    }

    /// <summary>Removes the account itself, and leaves what hangs on it to <see cref="AccountLife"/>.</summary>
    public async Task<AccountError> DeleteAsync(string name, CancellationToken cancel = default)
    {
        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (await FindAsync(name, cancel).ConfigureAwait(false) is not { } account) return AccountError.NotFound;
            if (await IsLastOperatorAsync(account, cancel).ConfigureAwait(false)) return AccountError.LastOperator;

            await _accounts.DeleteAsync(account.Name, cancel).ConfigureAwait(false);
            _incomplete.TryRemove(account.Name, out _);
        }
        finally
        {
            _changing.Release();
        }

        Tell(Key(name));
        return AccountError.None;
    }

    public async IAsyncEnumerable<Account> ListAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var (_, account) in _accounts.ListAsync(cancel: cancel).ConfigureAwait(false)) yield return account;
    }

    public void Dispose() => _changing.Dispose();

    private static AccountError FaultOf(string password) => password.Length is < MinPassword or > MaxPassword ? AccountError.BadPassword
        : PasswordText.Prepare(password) is null ? AccountError.UnfitPassword
        : AccountError.None;

    private static bool IsOperator(Account account) => account is { IsDisabled: false } && account.Roles.HasFlag(Roles.Operator);

    /// <summary>Writes an account anew; a change of null leaves it as it is.</summary>
    private async Task<AccountError> ChangeAsync(string name, Func<Account, Account?> change, bool isTold, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (await FindAsync(name, cancel).ConfigureAwait(false) is not { } account || change(account) is not { } changed) return AccountError.NotFound;
            if (!IsOperator(changed) && await IsLastOperatorAsync(account, cancel).ConfigureAwait(false)) return AccountError.LastOperator;

            await _accounts.SaveAsync(account.Name, changed, cancel).ConfigureAwait(false);
            Note(changed);
        }
        finally
        {
            _changing.Release();
        }

        if (isTold) Tell(Key(name));
        return AccountError.None;
    }

    private async Task<bool> IsLastOperatorAsync(Account account, CancellationToken cancel) =>
        IsOperator(account) && await CountAsync(IsOperator, cancel).ConfigureAwait(false) <= 1;

    private void Note(Account account)
    {
        if (account is { ScramSha512: null, IsDisabled: false }) _incomplete[account.Name] = 0;
        else _incomplete.TryRemove(account.Name, out _);
    }

    private void Tell(string name)
    {
        Interlocked.Increment(ref _changes);
        Changed?.Invoke(name);
    }

    private async Task<int> CountAsync(Func<Account, bool> which, CancellationToken cancel)
    {
        var count = 0;
        await foreach (var account in ListAsync(cancel).ConfigureAwait(false))
            if (which(account)) count++;

        return count;
    }

    [LoggerMessage(EventId = 1100, Level = LogLevel.Information,
        Message = "{Count} accounts have no keys for SCRAM-SHA-512 yet, which XMPP therefore does not offer. Each gets them when its password is next typed in the portal, sent over MQTT, or set")]
    private partial void LogIncomplete(int count);
}
