using System.Xml.Linq;

using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.ClientState;

/// <summary>What may happen to a stanza for a client that nobody looks at.</summary>
internal enum Urgency
{
    /// <summary>It goes at once.</summary>
    Important,

    /// <summary>Its sender's last one is enough, and may wait.</summary>
    Presence,

    /// <summary>It says that somebody types, and nothing else.</summary>
    ChatState,
}

/// <summary>Tells what is important: everything but presence and chat states.</summary>
internal static class Importance
{
    private static readonly XNamespace ChatStates = "http://jabber.org/protocol/chatstates";
    private static readonly XNamespace Hints = "urn:xmpp:hints";
    private static readonly XNamespace Carbons = "urn:xmpp:carbons:2";
    private static readonly XName Forwarded = XName.Get("forwarded", "urn:xmpp:forward:0");
    private static readonly XName Message = XmppNames.Client + "message";

    /// <summary>False for what is important at first sight: there is no need to read it. True for presence, and for messages in which there may be a chat state.</summary>
    public static bool MayWait(ReadOnlySpan<byte> stanza) => stanza[1] switch
    {
        (byte)'p' => true,
        (byte)'m' => stanza.IndexOf("jabber.org/protocol/chatstates"u8) >= 0,
        _ => false,
    };

    /// <summary>Looks at a stanza on its way to a client, whoever sent it.</summary>
    public static Urgency Of(Stanza stanza) => stanza.Kind switch
    {
        StanzaKind.Presence when stanza.Type is null or "unavailable" => Urgency.Presence,
        StanzaKind.Message when stanza.Type != "error" && IsChatState(stanza.ToElement()) => Urgency.ChatState,
        _ => Urgency.Important,
    };

    private static bool IsChatState(XElement message)
    {
        // A copy of what another of the account's clients got is as important as that (XEP-0280).
        var copy = message.Elements().FirstOrDefault(e => e.Name.Namespace == Carbons)?.Element(Forwarded)?.Element(Message);
        var children = (copy ?? message).Elements().ToList();
        return children.Any(e => e.Name.Namespace == ChatStates)
            && children.All(e => e.Name.Namespace == ChatStates || e.Name.Namespace == Hints || e.Name == XmppNames.Client + "thread");
    }
}
