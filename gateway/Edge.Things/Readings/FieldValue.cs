using System.Globalization;

namespace Edge.Things.Readings;

/// <summary>The type of a <see cref="FieldValue"/> or of a control parameter.</summary>
public enum ValueKind
{
    /// <summary>A real number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A point in time.</summary>
    DateTime,

    /// <summary>A duration.</summary>
    Duration,
}

/// <summary>A value of a field or parameter. A number remembers how many decimals are significant: 21.50 is not 21.5 (XEP-0323 §4.4).</summary>
public readonly record struct FieldValue
{
    private readonly double _number;
    private readonly string? _text;

    private FieldValue(ValueKind kind, double number, int decimals, string? text) => (Kind, _number, Decimals, _text) = (kind, number, decimals, text);

    /// <summary>The type.</summary>
    public ValueKind Kind { get; }

    /// <summary>Significant decimals of a number; -1 where unknown.</summary>
    public int Decimals { get; }

    /// <summary>A number with its significant decimals (-1: as many as it takes).</summary>
    public static FieldValue Number(double value, int decimals = -1) => new(ValueKind.Number, value, decimals, null);

    /// <summary>A whole number.</summary>
    public static FieldValue Integer(long value) => new(ValueKind.Integer, value, 0, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>True or false.</summary>
    public static FieldValue Boolean(bool value) => new(ValueKind.Boolean, value ? 1 : 0, 0, null);

    /// <summary>A text.</summary>
    public static FieldValue Text(string value) => new(ValueKind.Text, 0, 0, value);

    /// <summary>A point in time.</summary>
    public static FieldValue DateTime(DateTimeOffset value) => new(ValueKind.DateTime, 0, 0, value.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture));

    /// <summary>A duration.</summary>
    public static FieldValue Duration(TimeSpan value) => new(ValueKind.Duration, 0, 0, System.Xml.XmlConvert.ToString(value));

    /// <summary>The value as a number; true is 1; NaN for texts and times.</summary>
    public double AsNumber => Kind is ValueKind.Number or ValueKind.Integer or ValueKind.Boolean ? _number : double.NaN;

    /// <summary>The value as true or false.</summary>
    public bool AsBoolean => _number != 0;

    /// <summary>The value as written on the wire (XML Schema lexical form), culture-free.</summary>
    public override string ToString() => Kind switch
    {
        ValueKind.Number => Decimals >= 0
            ? _number.ToString("F" + Decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : _number.ToString("R", CultureInfo.InvariantCulture),
        ValueKind.Boolean => _number != 0 ? "true" : "false",
        _ => _text ?? "",
    };
}
