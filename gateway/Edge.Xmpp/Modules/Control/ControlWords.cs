using Edge.Things.Readings;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.Control;

/// <summary>The types that a value can be sent as.</summary>
internal enum WireType
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>RRGGBB or RRGGBBAA.</summary>
    Color,

    /// <summary>A date.</summary>
    Date,

    /// <summary>A date and a time.</summary>
    DateTime,

    /// <summary>A real number.</summary>
    Double,

    /// <summary>A duration.</summary>
    Duration,

    /// <summary>A whole number of 32 bits.</summary>
    Int,

    /// <summary>A whole number of 64 bits.</summary>
    Long,

    /// <summary>A text.</summary>
    String,

    /// <summary>A time of day.</summary>
    Time,
}

/// <summary>The words of control that differ between the XSF draft (XEP-0325 §10) and its successors.</summary>
internal sealed record ControlWords(string Response, string Parameter, string ErrorName, IReadOnlyDictionary<string, WireType> Types)
{
    private static readonly ControlWords Drafts = new("setResponse", "parameter", "var", new Dictionary<string, WireType>(StringComparer.Ordinal)
    {
        ["boolean"] = WireType.Boolean,
        ["color"] = WireType.Color,
        ["date"] = WireType.Date,
        ["dateTime"] = WireType.DateTime,
        ["double"] = WireType.Double,
        ["duration"] = WireType.Duration,
        ["int"] = WireType.Int,
        ["long"] = WireType.Long,
        ["string"] = WireType.String,
        ["time"] = WireType.Time,
    });

    // Peers of the later vocabulary write and read "n" on paramError, though its schema says "var".
    private static readonly ControlWords Standard = new("resp", "p", "n", new Dictionary<string, WireType>(StringComparer.Ordinal)
    {
        ["b"] = WireType.Boolean,
        ["cl"] = WireType.Color,
        ["d"] = WireType.Date,
        ["dt"] = WireType.DateTime,
        ["db"] = WireType.Double,
        ["dr"] = WireType.Duration,
        ["e"] = WireType.String,
        ["i"] = WireType.Int,
        ["l"] = WireType.Long,
        ["s"] = WireType.String,
        ["t"] = WireType.Time,
    });

    /// <summary>The words of a vocabulary.</summary>
    public static ControlWords Of(IotVocabulary words) => words.IsDrafts ? Drafts : Standard;

    /// <summary>The type of XML Schema that a form gives for a parameter (XEP-0122).</summary>
    public static string SchemaType(ValueKind kind) => kind switch
    {
        ValueKind.Boolean => "xs:boolean",
        ValueKind.Integer => "xs:long",
        ValueKind.Number => "xs:double",
        ValueKind.DateTime => "xs:dateTime",
        ValueKind.Duration => "xs:duration",
        _ => "xs:string",
    };
}
