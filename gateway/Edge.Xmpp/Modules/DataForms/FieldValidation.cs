using System.Text.RegularExpressions;

namespace Edge.Xmpp.Modules.DataForms;

/// <summary>How a value is checked beyond its data type (XEP-0122 §3.2).</summary>
public enum ValidationMethod
{
    /// <summary>Against the data type alone.</summary>
    Basic,

    /// <summary>Values that are no option are welcome, too.</summary>
    Open,

    /// <summary>Against a least and a most value.</summary>
    Range,

    /// <summary>Against a regular expression.</summary>
    Regex,
}

/// <summary>Which values of a field are valid (XEP-0122). What is not understood counts as text, or as basic (§4.1).</summary>
/// <param name="DataType">A type of XML Schema with the prefix <c>xs:</c>.</param>
/// <param name="Method">How to check.</param>
[Xep(122, "1.0.2", Note = "Data types of XML Schema; regular expressions are matched in linear time, and those that cannot be are not checked.")]
public sealed record FieldValidation(string DataType = "xs:string", ValidationMethod Method = ValidationMethod.Basic)
{
    /// <summary>Of a range, the least value; null: none.</summary>
    public string? Min { get; init; }

    /// <summary>Of a range, the most value; null: none.</summary>
    public string? Max { get; init; }

    /// <summary>The regular expression, in POSIX's extended syntax.</summary>
    public string? Pattern { get; init; }

    /// <summary>Of a list of several, how many at least; null: any number.</summary>
    public int? MinCount { get; init; }

    /// <summary>Of a list of several, how many at most; null: any number.</summary>
    public int? MaxCount { get; init; }

    /// <summary>True where a list takes values beside its options (§3.2: every method but basic).</summary>
    internal bool IsOpen => Method != ValidationMethod.Basic;

    /// <summary>Checks values that have the field's type.</summary>
    /// <returns>What is wrong, for people; or null.</returns>
    internal string? Check(FormField field, IReadOnlyList<string> values)
    {
        if (field.Type == FieldType.ListMulti && (values.Count < (MinCount ?? 0) || values.Count > (MaxCount ?? int.MaxValue)))
            return $"The field '{field.Name}' takes {Span(MinCount?.ToString(Culture), MaxCount?.ToString(Culture))} values.";

        // Lines of text are one value, unless the method says that each stands alone (§3.2.2).
        var checkedValues = field.Type == FieldType.TextMulti && !IsOpen ? [string.Join('\n', values)] : values;
        return checkedValues.Select(v => Check(field.Name, v)).FirstOrDefault(text => text is not null);
    }

    private static System.Globalization.CultureInfo Culture => System.Globalization.CultureInfo.InvariantCulture;

    private string? Check(string name, string value)
    {
        if (!SchemaType.TryRead(DataType, value, out var read)) return $"The field '{name}' takes a value of the type {DataType}.";

        return Method switch
        {
            ValidationMethod.Range when IsBeyond(Min, read, -1) || IsBeyond(Max, read, 1) => $"The field '{name}' takes a value {Span(Min, Max)}.",
            ValidationMethod.Regex when Pattern is not null && Expression(Pattern) is { } regex && !regex.IsMatch(value) =>
                $"The field '{name}' takes a value of the form {Pattern}.",
            _ => null,
        };
    }

    // A limit that is none of the type, or a type without an order, limits nothing.
    private bool IsBeyond(string? limit, IComparable value, int sign) =>
        limit is not null && value is not string && SchemaType.TryRead(DataType, limit, out var bound) && Math.Sign(value.CompareTo(bound)) == sign;

    private static string Span(string? min, string? max) => (min, max) switch
    {
        (not null, not null) => $"from {min} to {max}",
        (not null, null) => $"from {min}",
        _ => $"up to {max}",
    };

    private static Regex? Expression(string pattern)
    {
        try
        {
            return new(@"\A(?:" + PosixPattern.ToDotNet(pattern) + @")\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null; // what cannot be matched in linear time is none of POSIX's expressions
        }
    }
}

/// <summary>What POSIX's regular expressions have and the framework's have not: character classes by name.</summary>
internal static partial class PosixPattern
{
    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["alnum"] = @"\p{L}\p{Nd}",
        ["alpha"] = @"\p{L}",
        ["blank"] = @" \t",
        ["cntrl"] = @"\p{Cc}",
        ["digit"] = "0-9",
        ["graph"] = @"\p{L}\p{M}\p{N}\p{P}\p{S}",
        ["lower"] = @"\p{Ll}",
        ["print"] = @"\p{L}\p{M}\p{N}\p{P}\p{S} ",
        ["punct"] = @"\p{P}\p{S}",
        ["space"] = @"\s",
        ["upper"] = @"\p{Lu}",
        ["xdigit"] = "0-9A-Fa-f",
    };

    public static string ToDotNet(string pattern) =>
        ClassName().Replace(pattern, m => Classes.TryGetValue(m.Groups[1].Value, out var set) ? set : throw new NotSupportedException());

    [GeneratedRegex(@"\[:([a-z]+):\]", RegexOptions.NonBacktracking)]
    private static partial Regex ClassName();
}
