using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Edge.Xmpp.Modules.Iot;

/// <summary>Reads the XML Schema types that attributes hold; false where the text is not one.</summary>
internal static class XmlValue
{
    /// <summary>Reads <c>xs:boolean</c>; an absent attribute is <paramref name="absent"/>.</summary>
    public static bool TryBoolean(XAttribute? attribute, bool absent, out bool value)
    {
        value = absent;
        return attribute is null || TryBoolean(attribute.Value, out value);
    }

    /// <summary>Reads <c>xs:boolean</c>.</summary>
    public static bool TryBoolean(string text, out bool value)
    {
        text = text.Trim();
        value = text is "true" or "1";
        return value || text is "false" or "0";
    }

    /// <summary>Reads <c>xs:double</c>, finite values only: nothing here means infinity.</summary>
    public static bool TryDouble(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>Reads <c>xs:long</c>.</summary>
    public static bool TryLong(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads <c>xs:int</c>.</summary>
    public static bool TryInt(string text, out int value)
    {
        var isLong = TryLong(text, out var wide);
        value = isLong && wide is >= int.MinValue and <= int.MaxValue ? (int)wide : 0;
        return isLong && wide == value;
    }

    /// <summary>Reads <c>xs:dateTime</c>; a time without a zone is taken as UTC (XEP-0323 §6.1 leaves it open).</summary>
    public static bool TryDateTime(string text, out DateTimeOffset value) =>
        DateTimeOffset.TryParseExact(text.Trim(), DateTimeFormats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out value);

    /// <summary>Reads <c>xs:date</c>.</summary>
    public static bool TryDate(string text, out DateTimeOffset value) =>
        DateTimeOffset.TryParseExact(text.Trim(), ["yyyy-MM-dd", "yyyy-MM-ddK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out value);

    /// <summary>Reads <c>xs:time</c> as the time since midnight.</summary>
    public static bool TryTime(string text, out TimeSpan value)
    {
        var isTime = TimeOnly.TryParseExact(text.Trim(), ["HH:mm:ss", "HH:mm:ss.FFFFFFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        value = time.ToTimeSpan();
        return isTime;
    }

    /// <summary>Reads <c>xs:duration</c>.</summary>
    public static bool TryDuration(string text, out TimeSpan value)
    {
        value = default;
        // The framework has no TryParse for durations, and its parser throws for every malformed one.
        if (text.Length is 0 or > 64) return false;
        try
        {
            value = XmlConvert.ToTimeSpan(text.Trim());
            return true;
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>Writes <c>xs:dateTime</c> in UTC.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFZ", CultureInfo.InvariantCulture);

    private static readonly string[] DateTimeFormats = ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];
}
