using System.Globalization;

using Edge.TestKit;
using Edge.Xmpp.Modules.Registration;

using Microsoft.Extensions.Options;

namespace Edge.Tests.Xmpp.Registration;

public sealed class SeenSignaturesTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void A_nonce_is_taken_once_for_its_key_and_time()
    {
        var seen = Seen(new());
        Assert.Equal(Freshness.Fresh, seen.Note("k", Now, "n"));
        Assert.Equal(Freshness.Repeated, seen.Note("k", Now, "n"));
        Assert.Equal(Freshness.Fresh, seen.Note("other", Now, "n"));
        Assert.Equal(Freshness.Fresh, seen.Note("k", Now + 1, "n"));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void Its_time_is_near(int seconds, bool isNear) =>
        Assert.Equal(isNear ? Freshness.Fresh : Freshness.WrongTime, Seen(new()).CheckTime((Now + seconds).ToString(CultureInfo.InvariantCulture), "n", out _));

    [Theory]
    [InlineData(null, "n")]
    [InlineData("", "n")]
    [InlineData("-1", "n")]
    [InlineData("1e9", "n")]
    [InlineData("99999999999999999999", "n")]
    public void What_is_no_time_is_none(string? time, string nonce) => Assert.Equal(Freshness.WrongTime, Seen(new()).CheckTime(time, nonce, out _));

    [Fact]
    public void A_nonce_is_there_and_short()
    {
        var now = Now.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(Freshness.WrongTime, Seen(new()).CheckTime(now, null, out _));
        Assert.Equal(Freshness.WrongTime, Seen(new()).CheckTime(now, new('n', 129), out _));
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_forgotten_when_its_time_could_not_be_near_any_more()
    {
        var seen = Seen(new() { MaxRemembered = 100 });
        for (var i = 0; i < 100; i++) Assert.Equal(Freshness.Fresh, seen.Note("k", Now, $"{i}"));
        Assert.Equal(Freshness.Full, seen.Note("k", Now, "one more"));

        var then = Now;
        _clock.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal(Freshness.Repeated, seen.Note("k", then, "7"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Freshness.Fresh, seen.Note("k", Now, "one more"));
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

    private SeenSignatures Seen(RegistrationModuleOptions options) => new(Options.Create(options), _clock);
}
