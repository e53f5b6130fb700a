namespace Edge.Mqtt.Features.RateLimit;

/// <summary>Lets <paramref name="perSecond"/> pass on average and <paramref name="burst"/> at once. Used by one session's task.</summary>
internal sealed class TokenBucket(double perSecond, int burst, TimeProvider clock)
{
    private double _tokens = burst;
    private long _filled = clock.GetTimestamp();

    /// <summary>Takes one; the time to wait before it counts as there, zero or less where it is.</summary>
    public TimeSpan Take()
    {
        var now = clock.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + clock.GetElapsedTime(_filled, now).TotalSeconds * perSecond) - 1;
        _filled = now;
        return TimeSpan.FromSeconds(-_tokens / perSecond);
    }
}
