using System.Xml.Linq;

using Edge.Things;

namespace Edge.Xmpp.Modules.DataForms;

/// <summary>What a field takes (XEP-0004 §3.3).</summary>
public enum FieldType
{
    /// <summary>One line of text; what a field is that does not say.</summary>
    TextSingle,

    /// <summary>Yes or no.</summary>
    Boolean,

    /// <summary>A line to read.</summary>
    Fixed,

    /// <summary>Not shown, and returned as it was.</summary>
    Hidden,

    /// <summary>Addresses.</summary>
    JidMulti,

    /// <summary>An address.</summary>
    JidSingle,

    /// <summary>Some of the options.</summary>
    ListMulti,

    /// <summary>One of the options.</summary>
    ListSingle,

    /// <summary>Lines of text.</summary>
    TextMulti,

    /// <summary>One line of text that is not shown as it is typed.</summary>
    TextPrivate,
}

/// <summary>One of the values to choose from.</summary>
/// <param name="Value">What is submitted.</param>
/// <param name="Label">What is shown; null: the value.</param>
public sealed record FormOption(string Value, string? Label = null);

/// <summary>A field of a form (XEP-0004 §3.2). <paramref name="Name"/> is empty for a fixed field that has none.</summary>
public sealed record FormField(string Name, FieldType Type = FieldType.TextSingle)
{
    /// <summary>What people see; null: the name.</summary>
    public string? Label { get; init; }

    /// <summary>What people see who want to know more.</summary>
    public string? Description { get; init; }

    /// <summary>The form is not complete without it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The values: one at most, unless the type says otherwise.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>What to choose from.</summary>
    public IReadOnlyList<FormOption> Options { get; init; } = [];

    /// <summary>What values are valid (XEP-0122); null: all that the type takes.</summary>
    public FieldValidation? Validation { get; init; }

    /// <summary>Elements of other specifications, written after all others.</summary>
    public IReadOnlyList<XElement> Extensions { get; init; } = [];

    /// <summary>True where the field may have several values.</summary>
    public bool IsMulti => Type is FieldType.JidMulti or FieldType.ListMulti or FieldType.TextMulti or FieldType.Hidden;

    /// <summary>A hidden field.</summary>
    public static FormField Hidden(string name, string value) => new(name, FieldType.Hidden) { Values = [value] };

    /// <summary>A field with its value and nothing else, for results and submissions.</summary>
    public static FormField Of(string name, params IReadOnlyList<string> values) => new(name) { Values = values };

    /// <summary>Checks a submitted field against this one.</summary>
    /// <returns>What is wrong, for people; or null.</returns>
    internal string? Check(FormField? submitted)
    {
        if (Type is FieldType.Fixed or FieldType.Hidden) return null;
        var values = submitted?.Values.Where(v => v.Length > 0).ToList() ?? [];
        if (values.Count == 0) return IsRequired ? $"The field '{Name}' is required." : null;
        if (!IsMulti && values.Count > 1) return $"The field '{Name}' takes one value.";

        foreach (var value in values)
        {
            if (!Fits(value)) return $"The field '{Name}' does not take this value.";
        }

        return Validation?.Check(this, values);
    }

    private bool Fits(string value) => Type switch
    {
        FieldType.Boolean => value is "true" or "false" or "1" or "0",
        FieldType.JidMulti or FieldType.JidSingle => Jid.TryParse(value, out _),
        FieldType.ListMulti or FieldType.ListSingle => Validation is { IsOpen: true } || Options.Any(o => o.Value == value),
        FieldType.TextMulti => true,
        _ => value.AsSpan().IndexOfAny('\r', '\n') < 0,
    };
}
