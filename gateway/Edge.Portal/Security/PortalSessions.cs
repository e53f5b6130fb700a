using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Edge.Portal.Security;

/// <summary>
/// The browser sessions that are known since the gateway started. A session from before a restart is taken up again when its signed cookie
/// comes; one that was ended stays ended until the cookie would be over anyway.
/// </summary>
internal sealed class PortalSessions(IOptions<PortalOptions> options, TimeProvider clock)
{
    private const int MaxEnded = 100_000; // some 10 MB; one entry for each sign-out within the longest session

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Session> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>Raised with its id when a session has ended.</summary>
    public event Action<string>? Ended;

    /// <summary>Opens a session; where the account has too many, the one that was used least recently ends.</summary>
    public string Open(string account, BrowserFacts browser)
    {
        var id = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        Touch(account, id, browser);
        return id;
    }

    /// <summary>Notes that a session is in use. False where it was ended.</summary>
    public bool Touch(string account, string id, BrowserFacts browser)
    {
        if (_ended.ContainsKey(id)) return false;

        string? oldest;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (!_open.ContainsKey(id)) DropOld(now);
            _open[id] = new(account, _open.TryGetValue(id, out var known) ? known.Since : now, now, browser);
            oldest = EndTheOldest(account);
        }

        if (oldest is not null) Ended?.Invoke(oldest);
        return true;
    }

    /// <summary>Ends a session.</summary>
    public void End(string id)
    {
        lock (_lock) EndLocked(id);
        Ended?.Invoke(id);
    }

    /// <summary>The sessions of an account that were used since the gateway started.</summary>
    public IReadOnlyList<(string Id, DateTimeOffset Since, BrowserFacts Browser)> Of(string account)
    {
        lock (_lock) return [.. Mine(account).Select(s => (s.Key, s.Value.Since, s.Value.Browser))];
    }

    /// <summary>True where the session was ended here.</summary>
    public bool IsEnded(string id) => _ended.ContainsKey(id);

    private IEnumerable<KeyValuePair<string, Session>> Mine(string account) =>
        _open.Where(s => string.Equals(s.Value.Account, account, StringComparison.OrdinalIgnoreCase));

    private string? EndTheOldest(string account)
    {
        var mine = Mine(account).ToList();
        if (mine.Count <= options.Value.SessionsPerAccount) return null;

        var oldest = mine.MinBy(s => s.Value.UsedAt).Key;
        EndLocked(oldest);
        return oldest;
    }

    // Whose cookie is over does not come back, and nobody tells.
    private void DropOld(DateTimeOffset now)
    {
        var longest = TimeSpan.FromDays(options.Value.SessionMaxDays);
        foreach (var (id, session) in _open)
        {
            if (now - session.Since >= longest) _open.Remove(id);
        }
    }

    private void EndLocked(string id)
    {
        _open.Remove(id);
        var now = clock.GetUtcNow();
        if (_ended.Count >= MaxEnded) Forget(now);
        _ended[id] = now + TimeSpan.FromDays(options.Value.SessionMaxDays);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (id, over) in _ended)
        {
            if (over <= now) _ended.TryRemove(id, out _);
        }

        // Still full: somebody signs in and out in a loop. His oldest sign-outs matter least.
        if (_ended.Count >= MaxEnded && _ended.MinBy(e => e.Value) is { Key: { } oldest }) _ended.TryRemove(oldest, out _);
    }

    private readonly record struct Session(string Account, DateTimeOffset Since, DateTimeOffset UsedAt, BrowserFacts Browser);
}
