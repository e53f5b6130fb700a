using System.Xml.Linq;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.External;

/// <summary>Stanzas have another namespace on the streams of components than on those of clients; modules know the latter only. Going out nothing
/// has to be changed: what is <c>jabber:client</c> here is written without a namespace, and so is in the stream's own.</summary>
internal static class StanzaNames
{
    private static readonly XNamespace Component = "jabber:component:accept";

    /// <summary>The stanza as modules know it. The one that came in is changed.</summary>
    public static XElement InClientNamespace(XElement stanza)
    {
        if (stanza.Name.Namespace != Component) return stanza;

        foreach (var element in stanza.DescendantsAndSelf().Where(e => e.Name.Namespace == Component)) element.Name = XmppNames.Client + element.Name.LocalName;
        stanza.Attributes("xmlns").Remove();
        return stanza;
    }

    /// <summary>A copy of a module's stanza: what has no namespace is the stream's own.</summary>
    public static XElement Outgoing(XElement stanza)
    {
        var copy = new XElement(stanza);
        foreach (var element in copy.DescendantsAndSelf().Where(e => e.Name.NamespaceName.Length == 0)) element.Name = XmppNames.Client + element.Name.LocalName;
        copy.Attributes("xmlns").Remove();
        return copy;
    }
}
