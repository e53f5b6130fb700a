namespace Edge.Mqtt.Features.RateLimit;

/// <summary>Lets <paramref name="perSecond"/> pass on average and <paramref name="burst"/> at once. Used by one session's task.</summary>
internal sealed class TokenBucket(double perSecond, long burst, TimeProvider clock)
{
    private double _tokens = burst;
    private long _filled = clock.GetTimestamp();

    /// <summary>Takes one, or more; the time to wait before they count as there, zero or less where they are.</summary>
    public TimeSpan Take(int amount = 1)
    {
        var now = clock.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + clock.GetElapsedTime(_filled, now).TotalSeconds * perSecond) - amount;
        _filled = now;
        return TimeSpan.FromSeconds(-_tokens / perSecond);
    }
}
