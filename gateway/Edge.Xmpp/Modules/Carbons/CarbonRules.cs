using System.Xml.Linq;
using Edge.Things;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.Carbons;

/// <summary>Which messages are copied (XEP-0280 §6.1): those that are of interest to a person, and the errors in response to such (<see cref="CopiedMessages"/>).</summary>
internal static class CarbonRules
{
    private const string MucUser = "http://jabber.org/protocol/muc#user";

    private static readonly HashSet<string> Payloads = new(StringComparer.Ordinal)
    {
        "urn:xmpp:receipts", "http://jabber.org/protocol/chatstates", "urn:xmpp:chat-markers:0", "jabber:x:conference",
    };

    /// <summary>True for a message that is copied for sure: nothing in its bytes may speak against it, nor in prefixes that its stream declared. No tree is made.</summary>
    public static bool IsPlainChat(Stanza message) => !message.UsesStreamScope && message.Type == "chat"
        && message.Bytes.AsSpan().IndexOf("urn:xmpp:carbons"u8) < 0 && message.Bytes.AsSpan().IndexOf("urn:xmpp:hints"u8) < 0 && message.Bytes.AsSpan().IndexOf("muc#user"u8) < 0
        && !message.Bytes.AsSpan().Contains((byte)'&');

    /// <summary>True for a message that is copied; errors aside.</summary>
    /// <param name="message">The message.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="isReceived">The copy is for the recipient's clients, not for the sender's.</param>
    public static bool IsEligible(XElement message, Jid from, bool isReceived)
    {
        var type = (string?)message.Attribute("type");
        if (type is "groupchat" or "error") return false;
        if (message.Element(CarbonsModule.Namespace + "private") is not null || MessageHints.ForbidsCopies(message)) return false;
        if (IsCarbon(message)) return false;

        var muc = message.Elements().FirstOrDefault(e => e.Name.NamespaceName == MucUser && e.Name.LocalName == "x");
        if (muc is not null)
        {
            if (muc.Elements().Any(e => e.Name.LocalName == "invite")) return true;
            if (isReceived && !from.IsBare) return false; // the room copies what is private itself
        }

        return type == "chat" || (type != "headline" && message.Element(XmppNames.Client + "body") is not null) || message.Elements().Any(e => Payloads.Contains(e.Name.NamespaceName));
    }

    private static bool IsCarbon(XElement message) =>
        message.Element(CarbonsModule.Namespace + "received") is not null || message.Element(CarbonsModule.Namespace + "sent") is not null;
}
