using Microsoft.Extensions.Logging;

namespace Edge.Identity.Tokens.Foreign;

/// <summary>
/// The key set of a foreign issuer, kept for a while. One fetch runs at a time, whoever waits for it; between two lies a time, so that made-up key ids do
/// not hammer the issuer. A set that is due is fetched behind the scenes while it still serves; one that nobody could renew for too long serves no more.
/// </summary>
internal sealed partial class IssuerKeys(IssuerOptions options, KeySource source, TimeProvider clock, ILogger logger)
{
    private readonly Lock _lock = new();
    private volatile Fetched? _set;
    private Task? _running;
    private DateTimeOffset _lastAttempt = DateTimeOffset.MinValue;
    private string _fault = "it was not asked yet";

    /// <summary>Is this key still among those that the issuer shows? No I/O; a set that is due is fetched behind the scenes.</summary>
    public bool Holds(VerificationKey key)
    {
        var set = Current();
        if (set is null || set.IsDue(clock.GetUtcNow(), options)) _ = Fetch();
        return set?.Keys.Holds(key) == true;
    }

    /// <summary>The key for a token, or why there is none: <see cref="TokenError.Unavailable"/> where nobody could tell.</summary>
    public async ValueTask<(VerificationKey? Key, TokenValidation Refusal)> FindAsync(string? kid, string algorithm, CancellationToken cancel)
    {
        var set = Current();
        if (set?.Keys.Find(kid, algorithm) is { } known)
        {
            if (set.IsDue(clock.GetUtcNow(), options)) _ = Fetch();
            return (known, default);
        }

        await Fetch().WaitAsync(cancel).ConfigureAwait(false);
        set = Current();
        if (set is null) return (null, new(null, TokenError.Unavailable, $"the keys of {options.Name} cannot be had from {source.Place}: {_fault}"));

        return set.Keys.Find(kid, algorithm) is { } found
            ? (found, default)
            : (null, new(null, TokenError.Invalid, $"{options.Name} has no key of that name for that algorithm"));
    }

    private Fetched? Current() => _set is { } set && clock.GetUtcNow() < set.At + TimeSpan.FromMinutes(options.KeepMinutes) ? set : null;

    /// <summary>The fetch that runs, or a new one, or none where the last was just now.</summary>
    private Task Fetch()
    {
        lock (_lock)
        {
            if (_running is { IsCompleted: false }) return _running;

            var now = clock.GetUtcNow();
            if (now < _lastAttempt + TimeSpan.FromSeconds(options.RefreshSeconds)) return Task.CompletedTask;

            _lastAttempt = now;
            return _running = Task.Run(FetchAsync);
        }
    }

    private async Task FetchAsync()
    {
        var (keys, fault) = await source.FetchAsync().ConfigureAwait(false);
        if (keys is null)
        {
            _fault = fault!;
            LogNoKeys(options.Name, source.Place, fault!);
            return;
        }

        _set = new(keys, clock.GetUtcNow());
        LogKeys(keys.Count, options.Name, source.Place);
    }

    [LoggerMessage(EventId = 1160, Level = LogLevel.Warning,
        Message = "The keys of {Issuer} cannot be had from {Place}: {Fault}. Its tokens are refused once the last keys are older than keepMinutes: check jwksUri or jwksFile, the network and its certificate")]
    private partial void LogNoKeys(string issuer, string place, string fault);

    [LoggerMessage(EventId = 1161, Level = LogLevel.Debug, Message = "{Count} keys of {Issuer} from {Place}")]
    private partial void LogKeys(int count, string issuer, string place);

    private sealed record Fetched(VerificationKeys Keys, DateTimeOffset At)
    {
        public bool IsDue(DateTimeOffset now, IssuerOptions options) => now >= At + TimeSpan.FromMinutes(options.CacheMinutes);
    }
}
