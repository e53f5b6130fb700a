using System.Xml.Linq;

namespace Edge.Tests.Xmpp.Modules.Iot;

/// <summary>Compares XML as it means: attributes in any order, no white space between elements.</summary>
internal static class WireXml
{
    public static void Same(string expected, XElement? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(Normal(XElement.Parse(expected)).ToString(), Normal(actual).ToString());
    }

    private static XElement Normal(XElement element) => new(
        element.Name,
        element.Attributes().Where(a => !a.IsNamespaceDeclaration).OrderBy(a => a.Name.ToString(), StringComparer.Ordinal),
        element.HasElements ? element.Elements().Select(Normal) : element.Value);
}
