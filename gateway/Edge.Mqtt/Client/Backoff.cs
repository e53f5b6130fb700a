namespace Edge.Mqtt.Client;

/// <summary>
/// How long to wait before the next attempt: anything up to a bound that doubles with each failure. The whole wait is random ("full jitter"), so that
/// a thousand clients of one server do not come back at once.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan most, Random random)
{
    private int _failures;

    /// <summary>The next wait.</summary>
    public TimeSpan Next()
    {
        var bound = Math.Min(most.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, _failures));
        if (bound < most.TotalMilliseconds) _failures++;
        return TimeSpan.FromMilliseconds(bound * random.NextDouble());
    }

    /// <summary>It went well: the next failure is the first again.</summary>
    public void Reset() => _failures = 0;
}
