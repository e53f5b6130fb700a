using Edge.TestKit;
using Edge.Transport;

namespace Edge.Tests.Transport;

public sealed class LogThrottleTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void A_client_gets_some_lines_a_minute_then_a_count()
    {
        var throttle = new LogThrottle(_clock);

        Assert.Equal(LogThrottle.LinesPerMinute, Enumerable.Range(0, 100).Count(_ => throttle.TryTake("noisy", out var _)));
        Assert.True(throttle.TryTake("quiet", out _));
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True(throttle.TryTake("quiet", out var leftOut));
        Assert.Equal(100 - LogThrottle.LinesPerMinute, leftOut);
        Assert.True(throttle.TryTake("noisy", out leftOut));
        Assert.Equal(0, leftOut);
    }

    [Fact]
    public void However_many_clients_there_are_the_log_stays_bounded()
    {
        var throttle = new LogThrottle(_clock);

        Assert.InRange(Enumerable.Range(0, 100_000).Count(i => throttle.TryTake($"client {i}", out _)), 100, 1000);
    }
}
