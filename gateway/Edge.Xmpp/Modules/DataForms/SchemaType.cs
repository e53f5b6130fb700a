using System.Globalization;
using System.Numerics;

using Edge.Xmpp.Modules.DateTimes;

namespace Edge.Xmpp.Modules.DataForms;

/// <summary>Reads values of the types of XML Schema (part 2) into something that can be compared.</summary>
internal static class SchemaType
{
    private static readonly Dictionary<string, (BigInteger? Min, BigInteger? Max)> Integers = new(StringComparer.Ordinal)
    {
        ["xs:integer"] = (null, null),
        ["xs:nonNegativeInteger"] = (0, null),
        ["xs:positiveInteger"] = (1, null),
        ["xs:nonPositiveInteger"] = (null, 0),
        ["xs:negativeInteger"] = (null, -1),
        ["xs:long"] = (long.MinValue, long.MaxValue),
        ["xs:int"] = (int.MinValue, int.MaxValue),
        ["xs:short"] = (short.MinValue, short.MaxValue),
        ["xs:byte"] = (sbyte.MinValue, sbyte.MaxValue),
        ["xs:unsignedLong"] = (0, ulong.MaxValue),
        ["xs:unsignedInt"] = (0, uint.MaxValue),
        ["xs:unsignedShort"] = (0, ushort.MaxValue),
        ["xs:unsignedByte"] = (0, byte.MaxValue),
    };

    private const int MaxDigits = 100; // parsing long numbers costs more than their length

    /// <summary>Reads a value; a type that is not known here is text.</summary>
    public static bool TryRead(string type, string text, out IComparable value)
    {
        value = text;
        if (type.StartsWith("xs:string", StringComparison.Ordinal)) return true;

        var trimmed = text.Trim();
        if (Integers.TryGetValue(type, out var range)) return TryInteger(trimmed, range.Min, range.Max, ref value);
        return type switch
        {
            "xs:boolean" => trimmed is "true" or "false" or "1" or "0",
            "xs:decimal" => Keep(decimal.TryParse(trimmed, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number), number, ref value),
            "xs:double" or "xs:float" => TryDouble(trimmed, ref value),
            "xs:dateTime" => Keep(XmppTime.TryReadDateTime(trimmed, out var time), time, ref value),
            "xs:date" => Keep(XmppTime.TryReadDate(trimmed, out var date), date, ref value),
            "xs:time" => Keep(XmppTime.TryReadTime(trimmed, out var span), span, ref value),
            "xs:anyURI" => Uri.TryCreate(trimmed, UriKind.RelativeOrAbsolute, out _),
            "xs:hexBinary" => trimmed.Length % 2 == 0 && trimmed.All(char.IsAsciiHexDigit),
            "xs:base64Binary" => System.Buffers.Text.Base64.IsValid(trimmed),
            _ => true,
        };
    }

    private static bool TryInteger(string text, BigInteger? min, BigInteger? max, ref IComparable value)
    {
        if (text.Length > MaxDigits || !BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return false;

        value = number;
        return !(number < min) && !(number > max);
    }

    private static bool TryDouble(string text, ref IComparable value)
    {
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
        if (!isNumber && text is not ("INF" or "-INF" or "NaN")) return false;

        value = isNumber ? number : text switch { "INF" => double.PositiveInfinity, "-INF" => double.NegativeInfinity, _ => double.NaN };
        return true;
    }

    private static bool Keep<T>(bool isRead, T read, ref IComparable value) where T : IComparable
    {
        if (isRead) value = read;
        return isRead;
    }
}
