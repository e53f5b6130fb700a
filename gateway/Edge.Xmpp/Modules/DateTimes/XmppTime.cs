using System.Globalization;

namespace Edge.Xmpp.Modules.DateTimes;

/// <summary>Dates and times as XMPP writes them (XEP-0082): the one place that knows their form.</summary>
[Xep(82, "1.1.1", Note = "Written in UTC, as its security considerations advise; the older form without separators is read.")]
public static class XmppTime
{
    private static readonly string[] DateTimeForms = ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyyMMddTHH:mm:ss"];
    private static readonly string[] DateForms = ["yyyy-MM-dd", "yyyy-MM-ddK"];
    private static readonly string[] TimeForms = ["HH:mm:ss", "HH:mm:ss.FFFFFFF"];

    /// <summary>Writes the DateTime profile in UTC, with milliseconds where there are some.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFZ", CultureInfo.InvariantCulture);

    /// <summary>Writes an offset from UTC: <c>+02:00</c>, <c>-06:00</c>. (<c>Z</c> is allowed for none, but not read by everybody.)</summary>
    public static string WriteZone(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+") + offset.Duration().ToString(@"hh\:mm", CultureInfo.InvariantCulture);

    /// <summary>Reads the DateTime profile, and the form of old; a time without a zone is taken as UTC.</summary>
    public static bool TryReadDateTime(string text, out DateTimeOffset value) => DateTimeOffset.TryParseExact(
        Shorten(text.Trim()), DateTimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out value);

    /// <summary>Reads the Date profile as its beginning in UTC.</summary>
    public static bool TryReadDate(string text, out DateTimeOffset value) => DateTimeOffset.TryParseExact(
        text.Trim(), DateForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out value);

    /// <summary>Reads the Time profile as the time since midnight; a zone moves it to UTC, and may move it out of the day.</summary>
    public static bool TryReadTime(string text, out TimeSpan value)
    {
        text = Shorten(text.Trim());
        var offset = TimeSpan.Zero;
        if (text.EndsWith('Z')) text = text[..^1];
        else if (text.Length > 8 && text[^6] is '+' or '-')
        {
            var isZone = TimeSpan.TryParseExact(text[^5..], @"hh\:mm", CultureInfo.InvariantCulture, out offset);
            if (text[^6] == '-') offset = -offset;
            text = isZone ? text[..^6] : "";
        }

        var isTime = TimeOnly.TryParseExact(text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        value = isTime ? time.ToTimeSpan() - offset : default;
        return isTime;
    }

    // Any number of digits may follow the seconds; the framework reads seven.
    private static string Shorten(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return text;

        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end - dot - 1 <= 7 ? text : text[..(dot + 8)] + text[end..];
    }
}
