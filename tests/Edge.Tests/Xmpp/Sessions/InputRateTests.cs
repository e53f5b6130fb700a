using Edge.TestKit;
using Edge.Xmpp;
using Edge.Xmpp.Sessions;
using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Sessions;

public sealed class InputRateTests
{
    private readonly ManualClock _clock = new();
    private readonly RateLimits _limits = new() { StanzasPerSecond = 10, BurstStanzas = 20, BytesPerSecond = 1024, BurstBytes = 16 * 1024, OverrunSeconds = 5 };

    [Fact]
    public void A_burst_passes_and_what_is_above_waits_for_its_time()
    {
        var rate = new InputRate(_limits, _clock);
        for (var i = 0; i < 20; i++) Assert.True(TakeOne(rate).IsCompleted);

        var pause = TakeOne(rate);
        Assert.False(pause.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(95));
        Assert.False(pause.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.True(pause.IsCompleted);
    }

    [Fact]
    public void Bytes_are_counted_as_stanzas_are()
    {
        var rate = new InputRate(_limits, _clock);
        rate.Received(18 * 1024);
        var pause = rate.PauseAsync(CancellationToken.None).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(1990));
        Assert.False(pause.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(pause.IsCompleted);
    }

    [Fact]
    public void Whoever_keeps_to_the_rate_never_waits()
    {
        var rate = new InputRate(_limits, _clock);
        for (var i = 0; i < 500; i++)
        {
            Assert.True(TakeOne(rate).IsCompleted);
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    [Fact]
    public void Whoever_pushes_for_too_long_is_told_the_keys()
    {
        var rate = new InputRate(_limits, _clock);
        var pauses = 0;
        var e = Assert.Throws<XmppStreamException>(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                if (TakeOne(rate).IsCompleted) continue;
                pauses++;
                _clock.Advance(TimeSpan.FromMilliseconds(100));
            }
        });
        Assert.Equal(StreamErrors.PolicyViolation, e.Condition);
        Assert.Contains("xmpp:rates:stanzasPerSecond", e.Message, StringComparison.Ordinal);
        Assert.InRange(pauses, 49, 51); // five seconds
    }

    [Fact]
    public void Whoever_calms_down_in_time_may_push_again()
    {
        var rate = new InputRate(_limits, _clock);
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 40; i++)
            {
                if (!TakeOne(rate).IsCompleted) _clock.Advance(TimeSpan.FromMilliseconds(100));
            }

            _clock.Advance(TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public void Without_an_end_of_patience_it_goes_on_at_the_rate()
    {
        _limits.OverrunSeconds = 0;
        var rate = new InputRate(_limits, _clock);
        var began = _clock.GetUtcNow();
        for (var i = 0; i < 1020; i++)
        {
            if (!TakeOne(rate).IsCompleted) _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(100, (_clock.GetUtcNow() - began).TotalSeconds, 0.2);
    }

    [Fact]
    public async Task A_session_that_sends_too_fast_is_read_slowly_and_harms_nobody()
    {
        await using var host = new XmppHost(settings: [("xmpp:rates:stanzasPerSecond", "10"), ("xmpp:rates:burstStanzas", "20")]);
        var romeo = await host.BoundRawAsync("romeo");
        var juliet = await host.BoundRawAsync("juliet");
        var timers = host.Clock.ArmedTimers;
        for (var i = 0; i < 30; i++) await romeo.SendAsync($"<iq type='get' id='p{i}'><ping xmlns='urn:xmpp:ping'/></iq>");
        await romeo.ReadUntilAsync("id='p20'"); // what is above the burst is paid for before the next one is read
        await juliet.SoFarAsync();

        for (var i = 21; i < 30; i++)
        {
            await Eventually.HoldsAsync(() => host.Clock.ArmedTimers > timers);
            host.Clock.Advance(TimeSpan.FromMilliseconds(101));
            await romeo.ReadUntilAsync($"id='p{i}'");
        }

        await Eventually.HoldsAsync(() => host.Clock.ArmedTimers > timers);
        host.Clock.Advance(TimeSpan.FromMilliseconds(101)); // else the end would wait, too
    }

    private static Task TakeOne(InputRate rate)
    {
        rate.Taken();
        return rate.PauseAsync(CancellationToken.None).AsTask();
    }
}
