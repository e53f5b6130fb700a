using System.Security.Cryptography;
using System.Text;

using Edge.Storage;

using Microsoft.Extensions.Options;

namespace Edge.Identity.Accounts;

/// <summary>Codes of three groups of four, without letters that look alike; only their hashes are kept.</summary>
internal sealed class OneTimeCodes : IOneTimeCodes, IDisposable
{
    private const string Alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"; // without 0 O, 1 I L
    private const int Letters = 12;
    private const int GroupLength = 4;

    private readonly IStore<StoredCode> _codes;
    private readonly IdentityOptions _options;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _redeeming = new(1);
    private DateTimeOffset _minute;
    private int _wrong;

    public OneTimeCodes(IStorage storage, IOptions<IdentityOptions> options, TimeProvider clock) =>
        (_codes, _options, _clock) = (storage.Open<StoredCode>("one-time-codes"), options.Value, clock);

    public async Task<string> IssueAsync(string? account, TimeSpan lifetime, CancellationToken cancel = default)
    {
        await DropOldAsync(cancel).ConfigureAwait(false);
        var letters = RandomNumberGenerator.GetString(Alphabet, Letters);
        await _codes.SaveAsync(Hash(letters), new(account, _clock.GetUtcNow() + lifetime), cancel).ConfigureAwait(false);
        return string.Join('-', Enumerable.Range(0, Letters / GroupLength).Select(i => letters.Substring(i * GroupLength, GroupLength)));
    }

    public async Task<RedeemedCode?> RedeemAsync(string code, CancellationToken cancel = default)
    {
        await _redeeming.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var now = _clock.GetUtcNow();
            if (now - _minute >= TimeSpan.FromMinutes(1)) (_minute, _wrong) = (now, 0);
            if (_wrong >= _options.CodeAttemptsPerMinute) return null;

            var key = Hash(Normalize(code));
            if (await _codes.FindAsync(key, cancel).ConfigureAwait(false) is not { } stored)
            {
                _wrong++;
                return null;
            }

            // Used up before it opens anything: a code works once even where the power goes now.
            await _codes.DeleteAsync(key, cancel).ConfigureAwait(false);
            return stored.Until > now ? new(stored.Account) : null;
        }
        finally
        {
            _redeeming.Release();
        }
    }

    public void Dispose() => _redeeming.Dispose();

    // People write small letters, leave dashes out, or add spaces.
    private static string Normalize(string code) =>
        code.Length > 64 ? "" : string.Concat(code.ToUpperInvariant().Where(char.IsAsciiLetterOrDigit));

    // 59 random bits and an attempt limit: a plain hash suffices, there is no dictionary to try.
    private static string Hash(string letters) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(letters)));

    private async Task DropOldAsync(CancellationToken cancel)
    {
        List<string> old = [];
        await foreach (var (key, code) in _codes.ListAsync(cancel: cancel).ConfigureAwait(false))
        {
            if (code.Until <= _clock.GetUtcNow()) old.Add(key);
        }

        foreach (var key in old) await _codes.DeleteAsync(key, cancel).ConfigureAwait(false);
    }

    internal sealed record StoredCode(string? Account, DateTimeOffset Until);
}
