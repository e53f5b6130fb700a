using System.Globalization;
using System.Xml;
using System.Xml.Linq;

using Edge.Xmpp.Modules.DateTimes;

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

    /// <summary>Reads <c>xs:dateTime</c>, or a date as its beginning; a time without a zone is taken as UTC (XEP-0323 §6.1 leaves it open).</summary>
    public static bool TryDateTime(string text, out DateTimeOffset value) =>
        XmppTime.TryReadDateTime(text, out value) || XmppTime.TryReadDate(text, out value);

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
}
