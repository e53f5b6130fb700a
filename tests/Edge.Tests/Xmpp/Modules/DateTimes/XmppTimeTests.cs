using System.Globalization;

using Edge.Xmpp.Modules.DateTimes;

namespace Edge.Tests.Xmpp.Modules.DateTimes;

public sealed class XmppTimeTests
{
    [Theory]
    [InlineData("1969-07-21T02:56:15Z", "1969-07-21T02:56:15.0000000+00:00")]
    [InlineData("1969-07-20T21:56:15-05:00", "1969-07-21T02:56:15.0000000+00:00")]
    [InlineData("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.6780000+00:00")]
    [InlineData("2026-01-02T03:04:05.123456789012+01:00", "2026-01-02T02:04:05.1234567+00:00")]
    [InlineData(" 2026-01-02T03:04:05Z ", "2026-01-02T03:04:05.0000000+00:00")]
    [InlineData("2026-01-02T03:04:05", "2026-01-02T03:04:05.0000000+00:00")]
    [InlineData("19690721T02:56:15", "1969-07-21T02:56:15.0000000+00:00")]
    public void Dates_with_times_are_read_into_utc(string text, string expected)
    {
        Assert.True(XmppTime.TryReadDateTime(text, out var time));
        Assert.Equal(expected, time.ToString("o", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-02")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-01-02T24:00:01Z")]
    [InlineData("2026-01-02 03:04:05Z")]
    [InlineData("02/01/2026 03:04:05")]
    public void Other_texts_are_no_dates_with_times(string text) => Assert.False(XmppTime.TryReadDateTime(text, out _));

    [Theory]
    [InlineData("16:00:00", "16:00:00")]
    [InlineData("16:00:00.5Z", "16:00:00.5000000")]
    [InlineData("16:00:00+02:00", "14:00:00")]
    [InlineData("16:00:00.25-02:30", "18:30:00.2500000")]
    public void Times_are_read(string text, string expected)
    {
        Assert.True(XmppTime.TryReadTime(text, out var time));
        Assert.Equal(expected, time.ToString("c", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("24:00:00")]
    [InlineData("16:00")]
    [InlineData("16:00:00+2")]
    [InlineData("16:00:00x02:00")]
    public void Other_texts_are_no_times(string text) => Assert.False(XmppTime.TryReadTime(text, out _));

    [Fact]
    public void A_date_is_its_beginning()
    {
        Assert.True(XmppTime.TryReadDate("1776-07-04", out var date));
        Assert.Equal(new DateTimeOffset(1776, 7, 4, 0, 0, 0, TimeSpan.Zero), date);
        Assert.False(XmppTime.TryReadDate("1776-07-04T00:00:00Z", out _));
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05+01:00", "2026-01-02T02:04:05Z")]
    [InlineData("2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.5Z")]
    public void Times_are_written_in_utc(string time, string expected) =>
        Assert.Equal(expected, XmppTime.Write(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(0, "+00:00")]
    [InlineData(330, "+05:30")]
    [InlineData(-360, "-06:00")]
    public void Zones_are_written_with_their_sign(int minutes, string expected) => Assert.Equal(expected, XmppTime.WriteZone(TimeSpan.FromMinutes(minutes)));
}
