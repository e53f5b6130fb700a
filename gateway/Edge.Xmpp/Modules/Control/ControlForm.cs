using System.Xml.Linq;

using Edge.Things.Nodes;
using Edge.Things.Readings;
using Edge.Xmpp.Modules.Iot;

namespace Edge.Xmpp.Modules.Control;

/// <summary>
/// Writes the form of parameters that nodes have in common (XEP-0325 §3.3). It holds no current values: to set and to read are two rights.
/// Every field is marked <c>notSame</c>, so that an unedited form sets nothing.
/// </summary>
internal static class ControlForm
{
    private static readonly XNamespace Data = "jabber:x:data";
    private static readonly XNamespace Validate = "http://jabber.org/protocol/xdata-validate";
    private static readonly XNamespace Layout = "http://jabber.org/protocol/xdata-layout";
    private static readonly XNamespace Dynamic = "urn:xmpp:xdata:dynamic";

    /// <summary>The parameters that every node has under the same name and type, in the order of the first node.</summary>
    public static IReadOnlyList<ParameterDefinition> Common(IReadOnlyList<Node> nodes) =>
        [.. nodes[0].Parameters.Where(p => nodes.All(n => n.Parameters.Any(q => q.Name == p.Name && q.Kind == p.Kind)))];

    /// <summary>The form.</summary>
    public static XElement Write(IReadOnlyList<Node> nodes, IReadOnlyList<ParameterDefinition> parameters) => new(
        Data + "x",
        new XAttribute("type", "form"),
        new XElement(Data + "title", XmlText.Clean(Title(nodes))),
        new XElement(Layout + "page", new XAttribute("label", "Parameters"),
            parameters.Select(p => new XElement(Layout + "fieldref", new XAttribute("var", XmlText.Clean(p.Name))))),
        parameters.Select(Field));

    private static XElement Field(ParameterDefinition parameter) => new(
        Data + "field",
        new XAttribute("var", XmlText.Clean(parameter.Name)),
        new XAttribute("type", parameter.Kind == ValueKind.Boolean ? "boolean" : "text-single"),
        new XAttribute("label", XmlText.Clean(parameter.Name)),
        parameter.Description is { } text ? new XElement(Data + "desc", XmlText.Clean(text)) : null,
        new XElement(Validate + "validate", new XAttribute("datatype", ControlWords.SchemaType(parameter.Kind)), new XElement(Validate + "basic")),
        new XElement(Dynamic + "notSame"));

    private static string Title(IReadOnlyList<Node> nodes) =>
        string.Join(", ", nodes.Take(2).Select(n => n.Name)) + (nodes.Count > 2 ? ", …" : "");
}
