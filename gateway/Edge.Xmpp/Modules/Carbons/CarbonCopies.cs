using System.Xml.Linq;
using Edge.Things;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Xmpp.Modules.Carbons;

/// <summary>Makes carbons. An account with one client, or without a client that wants them, costs a look at an array.</summary>
internal sealed class CarbonCopies(SessionTable sessions) : IMessageCopies
{
    private static readonly XNamespace Forward = "urn:xmpp:forward:0"; // XEP-0297

    public void Sent(BoundResource sender, Stanza message, Jid to)
    {
        if (to.Local == sender.Bare.Local && to.Domain == sender.Bare.Domain) return; // they get it as recipients

        Copy("sent", sender, message, sender.Bare, but: sender, isToAll: false);
    }

    public void Received(IStanzaSource sender, Stanza message, Jid to, BoundResource? exact) =>
        Copy("received", sender, message, to, exact, isToAll: exact is null);

    private void Copy(string what, IStanzaSource sender, Stanza message, Jid account, BoundResource? but, bool isToAll)
    {
        var resources = sessions.Of(account.Local);
        if (resources.Count < 2) return;

        XElement? wrapped = null;
        for (var i = 0; i < resources.Count; i++)
        {
            var resource = resources[i];
            if (resource == but || resource == sender || (isToAll && resource is { IsAvailable: true, Priority: >= 0 }) || !CarbonState.IsOn(resource)) continue;

            if (wrapped is null)
            {
                var element = message.ToElement();
                if (!CarbonRules.IsEligible(element, sender.Jid, what == "received")) return;
                wrapped = Wrap(what, message, sender, account.Bare);
            }

            wrapped.SetAttributeValue("to", resource.Jid.ToString());
            resource.TryDeliver(XmlText.ToBytes(wrapped));
        }
    }

    /// <summary>From the account itself, or nobody would believe it (§11).</summary>
    private static XElement Wrap(string what, Stanza message, IStanzaSource sender, Jid account)
    {
        var copy = new XElement(message.ToElement());
        copy.SetAttributeValue("from", sender.Jid.ToString());
        if (message.Language is null) copy.SetAttributeValue(XNamespace.Xml + "lang", message.Header.Language); // its stream's, as the original gets it
        return new(XmppNames.Client + "message",
            new XAttribute("from", account.ToString()),
            new XAttribute("type", message.Type ?? "normal"),
            new XElement(CarbonsModule.Namespace + what, new XElement(Forward + "forwarded", copy)));
    }
}
