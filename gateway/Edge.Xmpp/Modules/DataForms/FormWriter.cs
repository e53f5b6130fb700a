using System.Globalization;
using System.Xml.Linq;

namespace Edge.Xmpp.Modules.DataForms;

/// <summary>Forms as XML (XEP-0004 §3).</summary>
internal static class FormWriter
{
    private static readonly XNamespace Data = DataForm.Namespace;

    public static XElement Write(DataForm form) => new(
        Data + "x",
        new XAttribute("type", FormWords.Of(form.Type)),
        form.Title is null ? null : new XElement(Data + "title", form.Title),
        form.Instructions.Select(i => new XElement(Data + "instructions", i)),
        form.Pages.Select(FormLayout.Write),
        form.Fields.Select(f => Write(f, isTyped: form.Type == FormType.Form || f.Type != FieldType.TextSingle)),
        form.Table is { } table ? Write(table) : null);

    private static IEnumerable<XElement> Write(FormTable table) =>
    [
        new(Data + "reported", table.Columns.Select(c => Write(c, isTyped: true))),
        .. table.Rows.Select(row => new XElement(Data + "item", row.Select(f => Write(f, isTyped: false)))),
    ];

    private static XElement Write(FormField field, bool isTyped) => new(
        Data + "field",
        field.Name.Length == 0 ? null : new XAttribute("var", field.Name),
        isTyped ? new XAttribute("type", FormWords.Of(field.Type)) : null,
        field.Label is null ? null : new XAttribute("label", field.Label),
        field.Description is null ? null : new XElement(Data + "desc", field.Description),
        field.IsRequired ? new XElement(Data + "required") : null,
        field.Values.Select(v => new XElement(Data + "value", v)),
        field.Options.Select(o => new XElement(
            Data + "option", o.Label is null ? null : new XAttribute("label", o.Label), new XElement(Data + "value", o.Value))),
        field.Validation is { } validation ? Write(validation) : null,
        field.Extensions);

    private static XElement Write(FieldValidation validation) => new(
        FormWords.Validate + "validate",
        new XAttribute("datatype", validation.DataType),
        validation.Method switch
        {
            ValidationMethod.Open => new XElement(FormWords.Validate + "open"),
            ValidationMethod.Range => new XElement(FormWords.Validate + "range", Limit("min", validation.Min), Limit("max", validation.Max)),
            ValidationMethod.Regex => new XElement(FormWords.Validate + "regex", validation.Pattern),
            _ => new XElement(FormWords.Validate + "basic"),
        },
        validation.MinCount is null && validation.MaxCount is null ? null : new XElement(
            FormWords.Validate + "list-range",
            Limit("min", validation.MinCount?.ToString(CultureInfo.InvariantCulture)),
            Limit("max", validation.MaxCount?.ToString(CultureInfo.InvariantCulture))));

    private static XAttribute? Limit(string name, string? value) => value is null ? null : new(name, value);
}

/// <summary>The words of forms.</summary>
internal static class FormWords
{
    /// <summary>The namespace of validation (XEP-0122).</summary>
    public static readonly XNamespace Validate = "http://jabber.org/protocol/xdata-validate";

    private static readonly Dictionary<string, FormType> FormTypes = Enum.GetValues<FormType>().ToDictionary(Of, StringComparer.Ordinal);
    private static readonly Dictionary<string, FieldType> FieldTypes = Enum.GetValues<FieldType>().ToDictionary(Of, StringComparer.Ordinal);

    public static string Of(FormType type) => type switch
    {
        FormType.Form => "form",
        FormType.Submit => "submit",
        FormType.Cancel => "cancel",
        _ => "result",
    };

    public static string Of(FieldType type) => type switch
    {
        FieldType.Boolean => "boolean",
        FieldType.Fixed => "fixed",
        FieldType.Hidden => "hidden",
        FieldType.JidMulti => "jid-multi",
        FieldType.JidSingle => "jid-single",
        FieldType.ListMulti => "list-multi",
        FieldType.ListSingle => "list-single",
        FieldType.TextMulti => "text-multi",
        FieldType.TextPrivate => "text-private",
        _ => "text-single",
    };

    public static FormType? FormTypeOf(string? word) => word is not null && FormTypes.TryGetValue(word, out var type) ? type : null;

    /// <summary>A type that is not known is a line of text, as one that is not given (§3.3).</summary>
    public static FieldType FieldTypeOf(string? word) => word is null ? FieldType.TextSingle : FieldTypes.GetValueOrDefault(word);
}
