using System.Globalization;

using Microsoft.Extensions.Options;

namespace Edge.Xmpp.Modules.Registration;

/// <summary>How a signature stands to time and to those before it.</summary>
internal enum Freshness
{
    /// <summary>It is new.</summary>
    Fresh,

    /// <summary>Its time is no number, or too far from ours.</summary>
    WrongTime,

    /// <summary>It was here before.</summary>
    Repeated,

    /// <summary>Too many are remembered.</summary>
    Full,
}

/// <summary>
/// Remembers nonces while their time is near (RFC 5849 §3.3). In memory: a form is given out for one stream with a token and a secret of its own, which are gone
/// with the stream, so that nothing signed before a restart is worth anything after it.
/// </summary>
internal sealed class SeenSignatures(IOptions<RegistrationModuleOptions> options, TimeProvider clock)
{
    private const int MostNonce = 128;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Key, long Time, string Nonce), long> _seen = [];
    private readonly PriorityQueue<(string Key, long Time, string Nonce), long> _byTime = new();

    /// <summary>Is the time near?</summary>
    public Freshness CheckTime(string? timestamp, string? nonce, out long time)
    {
        var isNumber = long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out time);
        return isNumber && nonce is { Length: > 0 and <= MostNonce } && Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - time) <= options.Value.ClockToleranceSeconds
            ? Freshness.Fresh
            : Freshness.WrongTime;
    }

    /// <summary>Notes a signature that was found right.</summary>
    public Freshness Note(string key, long time, string nonce)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            while (_byTime.TryPeek(out var old, out var until) && until < now)
            {
                _byTime.Dequeue();
                _seen.Remove(old);
            }

            if (_seen.ContainsKey((key, time, nonce))) return Freshness.Repeated;
            if (_seen.Count >= options.Value.MaxRemembered) return Freshness.Full;

            var end = time + options.Value.ClockToleranceSeconds;
            _seen[(key, time, nonce)] = end;
            _byTime.Enqueue((key, time, nonce), end);
            return Freshness.Fresh;
        }
    }
}
