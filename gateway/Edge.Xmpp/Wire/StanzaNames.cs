using System.Xml.Linq;

namespace Edge.Xmpp.Wire;

/// <summary>Stanzas have another namespace on the streams of components than on those of clients; modules know the latter only. Going out nothing
/// has to be changed: what is <c>jabber:client</c> here is written without a namespace, and so is in the stream's own.</summary>
internal static class StanzaNames
{
    /// <summary>A component's stanza as modules know it. The one that came in is changed.</summary>
    public static XElement FromComponent(XElement stanza) => Rename(stanza, XmppNames.ComponentNamespace);

    /// <summary>A copy of a stanza as a program may write it, <c>new XElement("message")</c>: what has no namespace is the stream's own.</summary>
    public static XElement Outgoing(XElement stanza) => Rename(new XElement(stanza), "");

    private static XElement Rename(XElement stanza, string from)
    {
        foreach (var element in stanza.DescendantsAndSelf().Where(e => e.Name.NamespaceName == from)) element.Name = XmppNames.Client + element.Name.LocalName;
        stanza.Attributes("xmlns").Remove();
        return stanza;
    }
}
