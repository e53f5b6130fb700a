namespace Edge.Mqtt.Sessions.Log;

/// <summary>Numbers messages in the log, never using one twice, and tells their time.</summary>
internal sealed class MessageNumbers(TimeProvider clock)
{
    private long _last;

    public long Last => Volatile.Read(ref _last);

    public long Next() => Interlocked.Increment(ref _last);

    public long UnixMilliseconds() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Numbers up to <paramref name="number"/> are taken.</summary>
    public void Skip(long number) => _last = Math.Max(_last, number);
}
