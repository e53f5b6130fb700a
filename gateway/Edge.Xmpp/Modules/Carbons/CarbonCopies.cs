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
        var resources = sessions.Of(sender.Bare.Local);
        if (!IsWanted(resources) || !IsEligible(message, sender, sender, to, isReceived: false)) return;
        if (to.Local == sender.Bare.Local && to.Domain == sender.Bare.Domain) return; // they get it as recipients

        Copy("sent", resources, sender, message, sender.Bare, but: sender, isToAll: false);
    }

    public void Received(IStanzaSource sender, Stanza message, Jid to, BoundResource? exact)
    {
        var resources = sessions.Of(to.Local);
        if (!IsWanted(resources) || !IsEligible(message, sender, exact, sender.Jid, isReceived: true)) return;

        if (exact is null) NoteAll(resources, message, sender.Jid);
        Copy("received", resources, sender, message, to, exact, isToAll: exact is null);
    }

    private static bool IsWanted(IReadOnlyList<BoundResource> resources)
    {
        if (resources.Count < 2) return false;

        for (var i = 0; i < resources.Count; i++) // an enumerator would be an object for each message
        {
            if (CarbonState.IsOn(resources[i])) return true;
        }

        return false;
    }

    /// <summary>Decides by <see cref="CarbonRules"/>, and remembers what an error may come to.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Who sent it.</param>
    /// <param name="client">The account's client that sent it, or got it alone; null where several got it.</param>
    /// <param name="other">The one at the other end.</param>
    /// <param name="isReceived">The account gets it.</param>
    private static bool IsEligible(Stanza message, IStanzaSource sender, BoundResource? client, Jid other, bool isReceived)
    {
        if (message.Type == "error") return client is not null && CopiedMessages.IsAnswered(client, message, other);
        if (!CarbonRules.IsPlainChat(message) && !CarbonRules.IsEligible(message.ToElement(), sender.Jid, isReceived)) return false;

        if (client is not null) CopiedMessages.Note(client, message.Id, other);
        return true;
    }

    private static void NoteAll(IReadOnlyList<BoundResource> resources, Stanza message, Jid other)
    {
        foreach (var resource in resources)
        {
            if (resource is { IsAvailable: true, Priority: >= 0 }) CopiedMessages.Note(resource, message.Id, other);
        }
    }

    private static void Copy(
        string what, IReadOnlyList<BoundResource> resources, IStanzaSource sender, Stanza message, Jid account, BoundResource? but, bool isToAll)
    {
        XElement? wrapped = null;
        for (var i = 0; i < resources.Count; i++)
        {
            var resource = resources[i];
            if (resource == but || resource == sender || (isToAll && resource is { IsAvailable: true, Priority: >= 0 }) || !CarbonState.IsOn(resource)) continue;

            wrapped ??= Wrap(what, message, sender, account.Bare);
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
