using System.Xml.Linq;

namespace Edge.Xmpp.Modules.Iot;

/// <summary>The stanzas that IoT modules send by themselves, and the service that concentrates nodes.</summary>
internal static class IotStanza
{
    private static readonly XNamespace Client = "jabber:client";

    /// <summary>A message with a payload. It has no type, as in the examples of XEP-0323.</summary>
    public static XElement Message(params object[] content) => new(Client + "message", content);

    /// <summary>A line for people.</summary>
    public static XElement Body(string text) => new(Client + "body", XmlText.Clean(text));

    /// <summary>A presence of a type; empty: available.</summary>
    public static XElement Presence(string type) =>
        new(Client + "presence", type.Length == 0 ? null : new XAttribute("type", type));

    /// <summary>What follows belongs to the concentrator's address.</summary>
    public static XmppModuleBuilder OnConcentrator(this XmppModuleBuilder xmpp) =>
        xmpp.OnService("concentrator", "component", "generic", "Concentrator");
}
