using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;

namespace Edge.Xmpp.Modules.DataForms;

/// <summary>What a form is for (XEP-0004 §3.1).</summary>
public enum FormType
{
    /// <summary>To be filled in.</summary>
    Form,

    /// <summary>Filled in.</summary>
    Submit,

    /// <summary>Will not be filled in.</summary>
    Cancel,

    /// <summary>Data of the one who was asked.</summary>
    Result,
}

/// <summary>
/// A form, or data in the shape of one (XEP-0004), which a hidden field <c>FORM_TYPE</c> says the meaning of (XEP-0068). A value that never
/// changes; fields stand in their order.
/// </summary>
[Xep(4, "2.13.2")]
[Xep(68, "1.3.0")]
public sealed record DataForm(FormType Type)
{
    /// <summary>The namespace of data forms.</summary>
    public static readonly XNamespace Namespace = "jabber:x:data";

    private const string FormTypeName = "FORM_TYPE";

    /// <summary>A headline.</summary>
    public string? Title { get; init; }

    /// <summary>What to do with the form, a paragraph each.</summary>
    public IReadOnlyList<string> Instructions { get; init; } = [];

    /// <summary>The fields in their order.</summary>
    public IReadOnlyList<FormField> Fields { get; init; } = [];

    /// <summary>How to lay the fields out (XEP-0141).</summary>
    public IReadOnlyList<FormSection> Pages { get; init; } = [];

    /// <summary>A table of results (XEP-0004 §3.4); null where the form has none.</summary>
    public FormTable? Table { get; init; }

    /// <summary>What the fields mean (XEP-0068); null where the form does not say. Among others than submitted fields only a hidden one counts.</summary>
    public string? Meaning =>
        Find(FormTypeName) is { Values: [var value, ..], Type: var type } && (type == FieldType.Hidden || Type == FormType.Submit) ? value : null;

    /// <summary>A form with a meaning.</summary>
    public static DataForm Of(FormType type, string meaning, params IEnumerable<FormField> fields) =>
        new(type) { Fields = [FormField.Hidden(FormTypeName, meaning), .. fields] };

    /// <summary>The field of this name, or null.</summary>
    public FormField? Find(string name) => Fields.FirstOrDefault(f => f.Name == name);

    /// <summary>The first value of a field; null where there is no such field, or it is empty.</summary>
    public string? Value(string name) => Find(name) is { Values: [var value, ..] } ? value : null;

    /// <summary>The form as XML.</summary>
    public XElement ToElement() => FormWriter.Write(this);

    /// <summary>Finds a form among the children of an element and reads it; null where there is none.</summary>
    /// <returns>False where there is one that cannot be read: <paramref name="error"/> says why.</returns>
    public static bool TryFind(XElement parent, DataFormOptions limits, out DataForm? form, [NotNullWhen(false)] out StanzaError? error)
    {
        (form, error) = (null, null);
        return parent.Element(Namespace + "x") is not { } element || TryRead(element, limits, out form, out error);
    }

    /// <summary>Reads a form.</summary>
    /// <returns>False where it is none, or over a limit.</returns>
    public static bool TryRead(
        XElement element, DataFormOptions limits, [NotNullWhen(true)] out DataForm? form, [NotNullWhen(false)] out StanzaError? error) =>
        new FormReader(limits).TryRead(element, out form, out error);

    /// <summary>Checks what was submitted against this form: required fields, types, options, validation (XEP-0122). Fields that this form
    /// does not have are ignored (XEP-0004 §3.1).</summary>
    /// <returns>The error for its sender, or null (XEP-0004 §4).</returns>
    public StanzaError? Check(DataForm submitted)
    {
        if (submitted.Type != FormType.Submit) return StanzaError.BadRequest with { Text = "A form is answered with one of type 'submit'." };
        if (Meaning is { } meaning && submitted.Meaning is { } other && meaning != other)
            return StanzaError.NotAcceptable with { Text = $"This is the form {meaning}, and {other} was filled in." };

        var texts = Fields.Select(f => f.Check(submitted.Find(f.Name))).OfType<string>().ToList();
        return texts.Count == 0 ? null : StanzaError.NotAcceptable with { Text = string.Join(" ", texts) };
    }
}

/// <summary>A table in a form: what the columns are, and the rows; a row has a field for each column (XEP-0004 §3.4).</summary>
public sealed record FormTable(IReadOnlyList<FormField> Columns, IReadOnlyList<IReadOnlyList<FormField>> Rows);
