using System.Net;
using System.Security.Cryptography;
using System.Text;

using Edge.Identity.Tokens;

using Microsoft.Extensions.Options;

namespace Edge.Identity.Accounts;

/// <summary>
/// Plain passwords from the network. A right one is remembered as a keyed hash together with the account's key, so that it is good only until the
/// password changes, and a storm of clients that come back does not cost PBKDF2 each time. Wrong ones are never remembered: they cost their turn, and count.
/// </summary>
internal sealed class Passwords : IPasswords, IDisposable
{
    private readonly AccountStore _accounts;
    private readonly ISignInGuard _guard;
    private readonly IdentityOptions _options;
    private readonly BoundedCache<TokenHash, bool> _right;
    private readonly SemaphoreSlim _turns;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32); // of this process: what is remembered is worth nothing outside of it
    private int _waiting;

    public Passwords(AccountStore accounts, ISignInGuard guard, IOptions<IdentityOptions> options)
    {
        (_accounts, _guard, _options) = (accounts, guard, options.Value);
        _right = new(_options.PasswordCacheEntries);
        _turns = new(_options.PasswordChecksAtOnce);
        accounts.Changed += OnChanged;
    }

    public event Action<string>? Changed;

    public async ValueTask<PasswordResult> CheckAsync(string name, string password, IPAddress? from, CancellationToken cancel = default)
    {
        if (_guard.Check(name, from) is { } refusal) return new(null, refusal.Error, refusal.Detail);

        var account = await _accounts.FindAsync(name, cancel).ConfigureAwait(false);
        var hash = Remembered(account, password);
        if (hash is { } known && _right.TryGet(known, out _)) return Admit(account, from);
        if (await DeriveAsync(account, password, cancel).ConfigureAwait(false) is not { } isRight)
            return new(null, PasswordError.Busy, $"identity:passwordChecksWaiting ({_options.PasswordChecksWaiting}) others wait for a check of theirs: let it come back later.");

        if (isRight && account is { IsDisabled: false })
        {
            if (hash is { } right) _right.Set(right, true);
            return Admit(account, from);
        }

        _guard.Failed(name, from);
        return Wrong;
    }

    public void Dispose()
    {
        _accounts.Changed -= OnChanged;
        _turns.Dispose();
    }

    private static PasswordResult Wrong =>
        new(null, PasswordError.Wrong, "Its name or password is wrong, or the account is disabled: look at both, or set another password in the portal.");

    private PasswordResult Admit(Account? account, IPAddress? from)
    {
        if (account is not { IsDisabled: false }) return Wrong;

        _guard.Succeeded(account.Name, from);
        return new(account, PasswordError.None);
    }

    private void OnChanged(string name) => Changed?.Invoke(name);

    private async ValueTask<bool?> DeriveAsync(Account? account, string password, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _waiting) > _options.PasswordChecksWaiting + _options.PasswordChecksAtOnce)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }

        try
        {
            await _turns.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                // Milliseconds of arithmetic, on no thread that serves sockets.
                var isRight = await Task.Run(() => _accounts.Matches(account, password), CancellationToken.None).ConfigureAwait(false);
                if (isRight && account is { IsDisabled: false }) await _accounts.CompleteKeysAsync(account, password, cancel).ConfigureAwait(false);
                return isRight;
            }
            finally
            {
                _turns.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    // Null for whom nothing can be remembered. The stored key makes an entry worthless once the password is another.
    private TokenHash? Remembered(Account? account, string password)
    {
        if (account?.ScramSha256 is not { } keys) return null;

        byte[] text = [.. keys.StoredKey, .. Encoding.UTF8.GetBytes(account.Name), 0, .. Encoding.UTF8.GetBytes(password)];
        var hash = TokenHash.From(HMACSHA256.HashData(_key, text));
        CryptographicOperations.ZeroMemory(text);
        return hash;
    }
}
