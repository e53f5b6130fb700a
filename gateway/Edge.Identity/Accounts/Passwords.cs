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
    private const string NoName = "(no name)"; // what no account can be called counts as one, however long it is

    private readonly AccountStore _accounts;
    private readonly IdentityOptions _options;
    private readonly BoundedCache<TokenHash, bool> _right;
    private readonly BoundedCache<(string Account, string Address), bool> _places;
    private readonly FailureCounts _byAddress;
    private readonly FailureCounts _byAccount;
    private readonly SemaphoreSlim _turns;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32); // of this process: what is remembered is worth nothing outside of it
    private int _waiting;

    public Passwords(AccountStore accounts, IOptions<IdentityOptions> options, TimeProvider clock)
    {
        (_accounts, _options) = (accounts, options.Value);
        _right = new(_options.PasswordCacheEntries);
        _places = new(_options.PasswordCacheEntries);
        _byAddress = new(_options.SignInFailuresPerAddress, clock);
        _byAccount = new(_options.SignInFailuresPerAccount, clock);
        _turns = new(_options.PasswordChecksAtOnce);
        accounts.Changed += OnChanged;
    }

    public event Action<string>? Changed;

    public async ValueTask<PasswordResult> CheckAsync(string name, string password, IPAddress? from, CancellationToken cancel = default)
    {
        var address = ClientNetwork.Of(from);
        if (_byAddress.IsOver(address))
            return new(null, PasswordError.TooManyFromAddress, $"Its address had identity:signInFailuresPerAddress ({_options.SignInFailuresPerAddress}) wrong passwords within a minute: let it wait, and look who it is.");

        // Whoever signed in from an address before goes on from there; a guesser elsewhere learns nothing, not even from what is remembered.
        var key = AccountStore.IsName(name) ? AccountStore.Key(name) : NoName;
        if (_byAccount.IsOver(key) && !_places.TryGet((key, address), out _))
            return new(null, PasswordError.TooManyForAccount, $"The account had identity:signInFailuresPerAccount ({_options.SignInFailuresPerAccount}) wrong passwords within a minute: let it wait, and look who tries.");

        var account = await _accounts.FindAsync(name, cancel).ConfigureAwait(false);
        var hash = Remembered(account, password);
        if (hash is { } known && _right.TryGet(known, out _)) return Admit(account, key, address);
        if (await DeriveAsync(account, password, cancel).ConfigureAwait(false) is not { } isRight)
            return new(null, PasswordError.Busy, $"identity:passwordChecksWaiting ({_options.PasswordChecksWaiting}) others wait for a check of theirs: let it come back later.");

        if (isRight && account is { IsDisabled: false })
        {
            if (hash is { } right) _right.Set(right, true);
            return Admit(account, key, address);
        }

        _byAddress.Add(address);
        _byAccount.Add(key);
        return Wrong;
    }

    public void Dispose()
    {
        _accounts.Changed -= OnChanged;
        _turns.Dispose();
    }

    private static PasswordResult Wrong =>
        new(null, PasswordError.Wrong, "Its name or password is wrong, or the account is disabled: look at both, or set another password in the portal.");

    private PasswordResult Admit(Account? account, string key, string address)
    {
        if (account is not { IsDisabled: false }) return Wrong;

        _places.Set((key, address), true);
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
                return await Task.Run(() => _accounts.Matches(account, password), CancellationToken.None).ConfigureAwait(false);
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
