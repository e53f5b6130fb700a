using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.PresenceExchange;

/// <summary>A presence on its way to several: made into bytes or a tree for each, as they need it.</summary>
internal sealed class OutgoingPresence
{
    private readonly Func<Jid, ReadOnlyMemory<byte>> _bytes;
    private readonly Func<XElement> _element;

    private OutgoingPresence(Jid from, string type, Func<Jid, ReadOnlyMemory<byte>> bytes, Func<XElement> element) =>
        (From, Type, _bytes, _element) = (from, type, bytes, element);

    public Jid From { get; }

    /// <summary>Empty for available presence.</summary>
    public string Type { get; }

    /// <summary>As a client sent it, from its full address.</summary>
    public static OutgoingPresence Of(BoundResource sender, Stanza stanza) => Of(sender, stanza, sender.Jid, sender.Stamp);

    /// <summary>As a client sent it, from its bare address: subscriptions are the account's, not the client's (RFC 6121 §3.1.2).</summary>
    public static OutgoingPresence OfAccount(BoundResource sender, Stanza stanza) => stanza.ToBytes.IndexOfAny((byte)'/', (byte)'&') >= 0
        // To a bare address, too, whatever the client wrote.
        ? new(sender.Bare, stanza.Type ?? "", to => Parse(Addressed(stanza.ToElement(), sender.Bare, to)).Stamp(sender.BareStamp, sender.LanguageStamp), stanza.ToElement)
        : Of(sender, stanza, sender.Bare, sender.BareStamp);

    /// <summary>As a service or a component sent it; subscriptions from its bare address.</summary>
    public static OutgoingPresence OfOther(IStanzaSource sender, Stanza stanza)
    {
        if (!Subscriptions.Is(stanza.Type)) return new(sender.Jid, stanza.Type ?? "", _ => sender.Stamped(stanza), stanza.ToElement);

        var from = sender.Bare;
        return new(from, stanza.Type!, to => XmlText.ToBytes(Addressed(stanza.ToElement(), from, to)), stanza.ToElement);
    }

    /// <summary>With nothing to say but its type.</summary>
    public static OutgoingPresence Of(Jid from, string type) => new(
        from, type, to => Replies.Presence(from, to, type), () => new(XmppNames.Client + "presence", new XAttribute("type", type)));

    public ReadOnlyMemory<byte> BytesFor(Jid to) => _bytes(to);

    public XElement ElementFor(Jid to) => Addressed(_element(), From, to);

    private static OutgoingPresence Of(BoundResource sender, Stanza stanza, Jid from, byte[] stamp) => new(
        from,
        stanza.Type ?? "",
        to => stanza.Stamp(stanza.HasTo ? stamp : [.. stamp, .. XmlText.Attribute("to", to.ToString())], sender.LanguageStamp),
        stanza.ToElement);

    private static Stanza Parse(XElement stanza) => StanzaParser.Parse(XmlText.ToBytes(stanza), StreamHeader.Plain, XmlText.OwnLimits);

    private static XElement Addressed(XElement stanza, Jid from, Jid to)
    {
        var copy = new XElement(stanza);
        copy.SetAttributeValue("from", from.ToString());
        copy.SetAttributeValue("to", to.ToString());
        return copy;
    }
}
