using System.Xml.Linq;

using Edge.Things.Nodes;
using Edge.Things.Readings;
using Edge.Xmpp.Modules.DataForms;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.Control;

/// <summary>
/// Writes the form of parameters that nodes have in common (XEP-0325 §3.3). It holds no current values: to set and to read are two rights.
/// Every field is marked <c>notSame</c>, so that an unedited form sets nothing.
/// </summary>
internal static class ControlForm
{
    private static readonly XNamespace Dynamic = "urn:xmpp:xdata:dynamic";

    /// <summary>The parameters that every node has under the same name and type, in the order of the first node.</summary>
    public static IReadOnlyList<ParameterDefinition> Common(IReadOnlyList<Node> nodes) =>
        [.. nodes[0].Parameters.Where(p => nodes.All(n => n.Parameters.Any(q => q.Name == p.Name && q.Kind == p.Kind)))];

    /// <summary>The form.</summary>
    public static XElement Write(IReadOnlyList<Node> nodes, IReadOnlyList<ParameterDefinition> parameters) => new DataForm(FormType.Form)
    {
        Title = XmlText.Clean(Title(nodes)),
        Pages = [FormSection.Of("Parameters", parameters.Select(p => XmlText.Clean(p.Name)))],
        Fields = [.. parameters.Select(Field)],
    }.ToElement();

    private static FormField Field(ParameterDefinition parameter) =>
        new(XmlText.Clean(parameter.Name), parameter.Kind == ValueKind.Boolean ? FieldType.Boolean : FieldType.TextSingle)
        {
            Label = XmlText.Clean(parameter.Name),
            Description = parameter.Description is { } text ? XmlText.Clean(text) : null,
            Validation = new(ControlWords.SchemaType(parameter.Kind)),
            Extensions = [new XElement(Dynamic + "notSame")],
        };

    private static string Title(IReadOnlyList<Node> nodes) =>
        string.Join(", ", nodes.Take(2).Select(n => n.Name)) + (nodes.Count > 2 ? ", …" : "");
}
