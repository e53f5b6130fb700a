using Edge.FieldBus.Modbus.Nodes;
using Edge.TestKit;

namespace Edge.Tests.FieldBus.Modbus.Nodes;

public sealed class UnitBreakerTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Opens_after_two_silences_and_is_probed_more_and_more_rarely()
    {
        var breaker = new UnitBreaker(_clock);
        breaker.Silent();
        Assert.True(breaker.TryEnter());
        breaker.Silent();

        Assert.False(breaker.TryEnter());
        Assert.StartsWith("No answer since 12:00:00 UTC; tried again at 12:00:1", breaker.Explain(), StringComparison.Ordinal);
        var probes = 0;
        for (var second = 0; second < 3600; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            if (!breaker.TryEnter()) continue;

            probes++;
            Assert.False(breaker.TryEnter()); // one probe at a time
            breaker.Silent();
        }

        Assert.InRange(probes, 12, 18); // 10, 20, 40 … 160 s, then each five to six minutes
    }

    [Fact]
    public void An_answer_closes_it()
    {
        var breaker = new UnitBreaker(_clock);
        breaker.Silent();
        breaker.Silent();
        _clock.Advance(TimeSpan.FromSeconds(13));
        Assert.True(breaker.TryEnter());

        breaker.Answered();

        Assert.Null(breaker.NextProbe);
        Assert.True(breaker.TryEnter());
        breaker.Silent();
        Assert.True(breaker.TryEnter());
    }
}
