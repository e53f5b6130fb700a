using Edge.Things.Readings;
using Edge.Xmpp.Modules.DateTimes;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.Control;

/// <summary>A value as it was sent: its type, or none where it came in a form, and its text.</summary>
internal readonly record struct WireValue(WireType? Type, string Text)
{
    private const long MaxExactDouble = 1L << 53;

    /// <summary>The value as a parameter of this kind takes it. Numbers change their type only where nothing is lost (XEP-0325 §5.2.2);
    /// false where the value does not fit.</summary>
    public bool TryConvert(ValueKind kind, out FieldValue value)
    {
        value = default;
        return Type switch
        {
            null => TryParse(kind, out value),
            WireType.Boolean => kind == ValueKind.Boolean && TryParse(kind, out value),
            WireType.Int => XmlValue.TryInt(Text, out var number) && TryWhole(kind, number, out value),
            WireType.Long => XmlValue.TryLong(Text, out var number) && TryWhole(kind, number, out value),
            WireType.Double => XmlValue.TryDouble(Text, out var number) && TryReal(kind, number, out value),
            WireType.DateTime => kind == ValueKind.DateTime && TryParse(kind, out value),
            WireType.Date => kind == ValueKind.DateTime && TryDate(out value),
            WireType.Duration => kind == ValueKind.Duration && TryParse(kind, out value),
            WireType.Time => kind == ValueKind.Duration && TryTime(out value),
            WireType.Color => kind == ValueKind.Text && IsColor && TryParse(kind, out value),
            _ => kind == ValueKind.Text && TryParse(kind, out value),
        };
    }

    private bool IsColor => Text.Length is 6 or 8 && Text.All(char.IsAsciiHexDigit);

    private bool TryParse(ValueKind kind, out FieldValue value)
    {
        value = default;
        switch (kind)
        {
            case ValueKind.Boolean when XmlValue.TryBoolean(Text, out var boolean):
                value = FieldValue.Boolean(boolean);
                return true;
            case ValueKind.Integer when XmlValue.TryLong(Text, out var whole):
                value = FieldValue.Integer(whole);
                return true;
            case ValueKind.Number when XmlValue.TryDouble(Text, out var number):
                value = FieldValue.Number(number, Decimals(Text));
                return true;
            case ValueKind.DateTime when XmlValue.TryDateTime(Text, out var time):
                value = FieldValue.DateTime(time);
                return true;
            case ValueKind.Duration when XmlValue.TryDuration(Text, out var duration):
                value = FieldValue.Duration(duration);
                return true;
            case ValueKind.Text:
                value = FieldValue.Text(Text);
                return true;
            default:
                return false;
        }
    }

    private bool TryReal(ValueKind kind, double number, out FieldValue value)
    {
        var isWhole = Math.Abs(number) <= MaxExactDouble && Math.Truncate(number) == number;
        value = kind == ValueKind.Integer && isWhole ? FieldValue.Integer((long)number) : FieldValue.Number(number, Decimals(Text));
        return kind == ValueKind.Number || (kind == ValueKind.Integer && isWhole);
    }

    private static bool TryWhole(ValueKind kind, long number, out FieldValue value)
    {
        value = kind == ValueKind.Number ? FieldValue.Number(number, 0) : FieldValue.Integer(number);
        return kind == ValueKind.Integer || (kind == ValueKind.Number && Math.Abs((decimal)number) <= MaxExactDouble);
    }

    private bool TryDate(out FieldValue value)
    {
        var isDate = XmppTime.TryReadDate(Text, out var date);
        value = FieldValue.DateTime(date);
        return isDate;
    }

    private bool TryTime(out FieldValue value)
    {
        var isTime = XmppTime.TryReadTime(Text, out var time);
        value = FieldValue.Duration(time);
        return isTime;
    }

    // How many decimals were written; in scientific notation nobody can tell.
    private static int Decimals(string text)
    {
        text = text.Trim();
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return text.AsSpan().IndexOfAny('e', 'E') >= 0 ? -1 : dot < 0 ? 0 : Math.Min(text.Length - dot - 1, MaxDecimals);
    }

    private const int MaxDecimals = 15; // more than a double can hold
}
