using System.Xml.Linq;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.Registration;

/// <summary>Errors with the numbers of old (XEP-0077 §8 wants both, XEP-0086 has the table).</summary>
internal static class LegacyErrors
{
    public static XElement ToElement(StanzaError error)
    {
        var element = new XElement(
            XmppNames.Client + "error", new XAttribute("code", Code(error.Condition)), new XAttribute("type", error.Type), new XElement(XmppNames.StanzaErrors + error.Condition));
        if (error.Text is not null) element.Add(new XElement(XmppNames.StanzaErrors + "text", new XAttribute(XNamespace.Xml + "lang", "en"), error.Text));
        element.Add(error.Details);
        return element;
    }

    private static int Code(string condition) => condition switch
    {
        "bad-request" or "unexpected-request" => 400,
        "not-authorized" => 401,
        "forbidden" => 403,
        "not-allowed" => 405,
        "not-acceptable" => 406,
        "conflict" => 409,
        "resource-constraint" => 500,
        "service-unavailable" => 503,
        _ => 500,
    };
}
