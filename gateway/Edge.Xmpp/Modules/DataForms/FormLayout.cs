using System.Xml.Linq;

namespace Edge.Xmpp.Modules.DataForms;

/// <summary>A page of a form, or a section of one (XEP-0141): a hint for showing fields together.</summary>
/// <param name="Label">Its headline; null: none.</param>
/// <param name="Parts">What is on it, in order.</param>
[Xep(141, "1.0")]
public sealed record FormSection(string? Label, IReadOnlyList<FormPart> Parts)
{
    /// <summary>A page with fields.</summary>
    public static FormSection Of(string? label, IEnumerable<string> fields) => new(label, [.. fields.Select(f => new FieldPart(f))]);
}

/// <summary>A part of a page or section.</summary>
public abstract record FormPart;

/// <summary>The place of a field.</summary>
public sealed record FieldPart(string Name) : FormPart;

/// <summary>A paragraph.</summary>
public sealed record TextPart(string Text) : FormPart;

/// <summary>The place of the table.</summary>
public sealed record TablePart : FormPart;

/// <summary>A section within a page or section.</summary>
public sealed record SectionPart(FormSection Section) : FormPart;

/// <summary>Layouts as XML.</summary>
internal static class FormLayout
{
    public static readonly XNamespace Namespace = "http://jabber.org/protocol/xdata-layout";

    private const int MaxDepth = 8; // sections in sections; deeper ones are not shown by anybody

    public static XElement Write(FormSection page) => Write("page", page);

    /// <summary>Reads a page. Hints that make no sense are left out: a form is complete without them.</summary>
    public static FormSection Read(XElement page) => Read(page, MaxDepth);

    private static XElement Write(string name, FormSection section) => new(
        Namespace + name,
        section.Label is null ? null : new XAttribute("label", section.Label),
        section.Parts.Select(part => part switch
        {
            FieldPart field => new XElement(Namespace + "fieldref", new XAttribute("var", field.Name)),
            TextPart text => new XElement(Namespace + "text", text.Text),
            SectionPart inner => Write("section", inner.Section),
            _ => new XElement(Namespace + "reportedref"),
        }));

    private static FormSection Read(XElement element, int depth)
    {
        var parts = new List<FormPart>();
        foreach (var child in element.Elements().Where(e => e.Name.Namespace == Namespace))
        {
            if (child.Name.LocalName == "fieldref" && child.Attribute("var")?.Value is { Length: > 0 } name) parts.Add(new FieldPart(name));
            else if (child.Name.LocalName == "text") parts.Add(new TextPart(child.Value));
            else if (child.Name.LocalName == "reportedref") parts.Add(new TablePart());
            else if (child.Name.LocalName == "section" && depth > 0) parts.Add(new SectionPart(Read(child, depth - 1)));
        }

        return new(element.Attribute("label")?.Value, parts);
    }
}
