using System.Buffers;
using System.Xml.Linq;

namespace Edge.Xmpp.Wire;

/// <summary>Stanzas have another namespace on the streams of components than on those of clients; modules know the latter only. Going out nothing
/// has to be changed: what is <c>jabber:client</c> here is written without a namespace, and so is in the stream's own.</summary>
internal static class StanzaNames
{
    private static readonly SearchValues<byte> NameEnds = SearchValues.Create(" \t\r\n/>"u8);

    /// <summary>A component's stanza as modules know it. The one that came in is changed.</summary>
    public static XElement FromComponent(XElement stanza) => Rename(stanza, XmppNames.ComponentNamespace);

    /// <summary>A copy of a stanza as a program may write it, <c>new XElement("message")</c>: what has no namespace is the stream's own.</summary>
    public static XElement Outgoing(XElement stanza) => Rename(new XElement(stanza), "");

    /// <summary>True where an element's bytes begin as a stanza's do, whatever prefix it has: for one that cannot be read.</summary>
    public static bool IsStanza(ReadOnlySpan<byte> element)
    {
        var name = element[1..][..Math.Max(0, element[1..].IndexOfAny(NameEnds))];
        name = name[(name.IndexOf((byte)':') + 1)..];
        return name.SequenceEqual("message"u8) || name.SequenceEqual("presence"u8) || name.SequenceEqual("iq"u8);
    }

    private static XElement Rename(XElement stanza, string from)
    {
        foreach (var element in stanza.DescendantsAndSelf().Where(e => e.Name.NamespaceName == from)) element.Name = XmppNames.Client + element.Name.LocalName;
        stanza.Attributes("xmlns").Remove();
        return stanza;
    }
}
