namespace Edge.Identity.Accounts;

/// <summary>Counts failures by key, minute by minute. Bounded: where too many different keys fail in a minute, those that come later share one count.</summary>
internal sealed class FailureCounts(int most, TimeProvider clock)
{
    private const int MostKeys = 10_000; // a megabyte
    private const string Others = "";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private DateTimeOffset _since;

    /// <summary>True where this key has failed too often in this minute.</summary>
    public bool IsOver(string key)
    {
        lock (_lock)
        {
            Turn();
            return _counts.GetValueOrDefault(_counts.ContainsKey(key) || _counts.Count < MostKeys ? key : Others) >= most;
        }
    }

    /// <summary>Counts a failure.</summary>
    public void Add(string key)
    {
        lock (_lock)
        {
            Turn();
            var counted = _counts.ContainsKey(key) || _counts.Count < MostKeys ? key : Others;
            _counts[counted] = _counts.GetValueOrDefault(counted) + 1;
        }
    }

    private void Turn()
    {
        var now = clock.GetUtcNow();
        if (now - _since < Window) return;

        _since = now;
        _counts.Clear();
    }
}
