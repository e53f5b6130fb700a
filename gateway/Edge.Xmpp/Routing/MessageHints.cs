using System.Xml.Linq;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Routing;

/// <summary>What is in a message, as far as keeping and copying depend on it (XEP-0334, XEP-0085).</summary>
internal static class MessageHints
{
    private static readonly XNamespace Hints = "urn:xmpp:hints";
    private static readonly XNamespace ChatStates = "http://jabber.org/protocol/chatstates";

    /// <summary>XEP-0334 §4.3: copied to nobody but whom it is addressed to.</summary>
    public static bool ForbidsCopies(XElement message) => message.Element(Hints + "no-copy") is not null;

    /// <summary>XEP-0334 §4.2: not kept for later. (<c>no-permanent-store</c>, §4.1, is about archives, of which there are none here.)</summary>
    public static bool ForbidsStoring(XElement message) => message.Element(Hints + "no-store") is not null;

    /// <summary>XEP-0334 §4.4: kept although it would not be otherwise.</summary>
    public static bool AsksForStoring(XElement message) => message.Element(Hints + "store") is not null;

    /// <summary>As above; a tree is made only of a message in which there may be a hint.</summary>
    public static bool AsksForStoring(Stanza message) => message.Bytes.AsSpan().IndexOf("urn:xmpp:hints"u8) >= 0 && AsksForStoring(message.ToElement());

    /// <summary>XEP-0160 §3: nothing but how far somebody has come with typing.</summary>
    public static bool IsOnlyChatState(XElement message)
    {
        var hasState = false;
        foreach (var child in message.Elements())
        {
            if (child.Name.Namespace == ChatStates) hasState = true;
            else if (child.Name != XmppNames.Client + "thread" && child.Name.Namespace != Hints) return false;
        }

        return hasState;
    }
}
