using Edge.TestKit;
using Edge.Transport;

using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Transport;

public sealed class HeartbeatTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void It_calls_every_handler_once_a_second_with_the_time()
    {
        using var heartbeat = new Heartbeat(_clock, NullLogger<Heartbeat>.Instance);
        var counter = new Counting();
        heartbeat.Add(counter);
        heartbeat.Add(counter);

        _clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(3, counter.Beats);
        Assert.Equal(_clock.GetUtcNow(), counter.Last);
        heartbeat.Remove(counter);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, counter.Beats);
    }

    [Fact]
    public void A_faulty_handler_does_not_keep_the_others_from_theirs()
    {
        using var heartbeat = new Heartbeat(_clock, NullLogger<Heartbeat>.Instance);
        var counter = new Counting();
        for (var i = 0; i < 5; i++) heartbeat.Add(new Faulty());
        heartbeat.Add(counter);

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(2, counter.Beats);
    }

    [Fact]
    public void One_timer_serves_all()
    {
        using var heartbeat = new Heartbeat(_clock, NullLogger<Heartbeat>.Instance);
        for (var i = 0; i < 1000; i++) heartbeat.Add(new Counting());

        Assert.Equal(1, _clock.ArmedTimers);
        Assert.Equal(1000, heartbeat.Count);
    }

    private sealed class Counting : IHeartbeatHandler
    {
        public int Beats { get; private set; }

        public DateTimeOffset Last { get; private set; }

        public void OnHeartbeat(long timestamp, DateTimeOffset now) => (Beats, Last) = (Beats + 1, now);
    }

    private sealed class Faulty : IHeartbeatHandler
    {
        public void OnHeartbeat(long timestamp, DateTimeOffset now) => throw new InvalidOperationException("a bug");
    }
}
