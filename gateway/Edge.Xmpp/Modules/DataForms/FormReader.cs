using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;

namespace Edge.Xmpp.Modules.DataForms;

/// <summary>Reads forms of peers, up to limits.</summary>
internal sealed class FormReader(DataFormOptions limits)
{
    private static readonly XNamespace Data = DataForm.Namespace;

    private StanzaError? _error;
    private int _fields;

    public bool TryRead(XElement element, [NotNullWhen(true)] out DataForm? form, [NotNullWhen(false)] out StanzaError? error)
    {
        form = null;
        if (element.Name != Data + "x" || FormWords.FormTypeOf(element.Attribute("type")?.Value) is not { } type)
        {
            error = StanzaError.BadRequest with { Text = "This is no data form (XEP-0004)." };
            return false;
        }

        var read = new DataForm(type)
        {
            Title = element.Element(Data + "title")?.Value,
            Instructions = [.. element.Elements(Data + "instructions").Select(i => i.Value)],
            Fields = ReadFields(element),
            Pages = [.. element.Elements(FormLayout.Namespace + "page").Select(FormLayout.Read)],
            Table = ReadTable(element),
        };
        error = _error;
        if (error is not null) return false;

        form = read;
        return true;
    }

    private FormTable? ReadTable(XElement element)
    {
        var reported = element.Element(Data + "reported");
        var items = element.Elements(Data + "item");
        return reported is null ? null : new(ReadFields(reported), [.. items.Select(ReadFields)]);
    }

    private List<FormField> ReadFields(XElement parent)
    {
        var fields = new List<FormField>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in parent.Elements(Data + "field"))
        {
            if (_error is not null) break;

            var field = ReadField(element);
            if (++_fields > limits.MaxFields) Refuse($"A form may have {Text(limits.MaxFields)} fields (xmpp:dataForms:maxFields).");
            else if (field.Name.Length == 0 && field.Type != FieldType.Fixed) Refuse("A field of a form has a name, 'var'.");
            else if (field.Name.Length > 0 && !names.Add(field.Name)) Refuse($"The field '{field.Name}' is there twice.");
            else fields.Add(field);
        }

        return fields;
    }

    private FormField ReadField(XElement element) => new(element.Attribute("var")?.Value ?? "", FormWords.FieldTypeOf(element.Attribute("type")?.Value))
    {
        Label = element.Attribute("label")?.Value,
        Description = element.Element(Data + "desc")?.Value,
        IsRequired = element.Element(Data + "required") is not null,
        Values = ReadValues(element),
        Options = [.. element.Elements(Data + "option").Take(limits.MaxValuesPerField)
            .Select(o => new FormOption(o.Element(Data + "value")?.Value ?? "", o.Attribute("label")?.Value))],
        Validation = element.Element(FormWords.Validate + "validate") is { } validation ? ReadValidation(validation) : null,
        Extensions = [.. element.Elements().Where(e => e.Name.Namespace != Data && e.Name.Namespace != FormWords.Validate)],
    };

    private List<string> ReadValues(XElement element)
    {
        var values = element.Elements(Data + "value").Select(v => v.Value).Take(limits.MaxValuesPerField + 1).ToList();
        if (values.Count > limits.MaxValuesPerField)
            Refuse($"A field may have {Text(limits.MaxValuesPerField)} values (xmpp:dataForms:maxValuesPerField).");
        if (values.Exists(v => v.Length > limits.MaxValueLength))
            Refuse($"A value may have {Text(limits.MaxValueLength)} characters (xmpp:dataForms:maxValueLength).");
        return values;
    }

    private static FieldValidation ReadValidation(XElement element)
    {
        var list = element.Element(FormWords.Validate + "list-range");
        var validation = new FieldValidation(element.Attribute("datatype")?.Value ?? "xs:string") { MinCount = Count(list, "min"), MaxCount = Count(list, "max") };
        if (element.Element(FormWords.Validate + "range") is { } range)
            return validation with { Method = ValidationMethod.Range, Min = range.Attribute("min")?.Value, Max = range.Attribute("max")?.Value };
        if (element.Element(FormWords.Validate + "regex") is { } regex)
            return validation with { Method = ValidationMethod.Regex, Pattern = regex.Value };
        return element.Element(FormWords.Validate + "open") is null ? validation : validation with { Method = ValidationMethod.Open };
    }

    private static int? Count(XElement? element, string name) =>
        int.TryParse(element?.Attribute(name)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Refuse(string text) => _error ??= StanzaError.BadRequest with { Text = text };
}
