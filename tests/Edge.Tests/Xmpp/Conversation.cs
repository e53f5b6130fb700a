using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp;

/// <summary>Words that tests of clients share.</summary>
internal static class Conversation
{
    public static readonly XNamespace Client = "jabber:client";
    public static readonly XNamespace Roster = "jabber:iq:roster";

    public static Jid Of(string jid) => Jid.Parse(jid);

    /// <summary>The next stanza that is wanted; others before it are dropped.</summary>
    public static async Task<XElement> NextAsync(this XmppClient client, Func<XElement, bool> wanted)
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var stanza in client.Incoming.ReadAllAsync(time.Token))
        {
            if (wanted(stanza)) return stanza;
        }

        throw new Xunit.Sdk.XunitException("The stream ended.");
    }

    public static Task<XElement> PresenceAsync(this XmppClient client, string? type, string from) => client.NextAsync(s =>
        s.Name.LocalName == "presence" && (string?)s.Attribute("type") == type && ((string?)s.Attribute("from"))!.StartsWith(from, StringComparison.Ordinal));

    public static Task<XElement> MessageAsync(this XmppClient client) => client.NextAsync(s => s.Name.LocalName == "message");

    /// <summary>The item of the next roster push.</summary>
    public static async Task<XElement> PushAsync(this XmppClient client) =>
        (await client.NextAsync(s => s.Name.LocalName == "iq" && s.Element(Roster + "query") is not null)).Element(Roster + "query")!.Elements().Single();

    public static Task SendPresenceAsync(this XmppClient client, string? type, string to) => client.SendAsync(
        new XElement("presence", type is null ? null : new XAttribute("type", type), new XAttribute("to", to)));

    public static Task<IqResult> SetRosterAsync(this XmppClient client, params object[] item) =>
        client.RequestAsync(null, IqType.Set, new XElement(Roster + "query", new XElement(Roster + "item", item)));

    public static async Task<Dictionary<string, string>> RosterAsync(this XmppClient client)
    {
        var answer = await client.RequestAsync(null, IqType.Get, new XElement(Roster + "query"));
        return answer.Payload!.Elements().ToDictionary(
            i => (string)i.Attribute("jid")!, i => (string)i.Attribute("subscription")! + (i.Attribute("ask") is null ? "" : "+ask"));
    }

    /// <summary>Everything that came up to now: a ping's answer comes behind it.</summary>
    public static async Task<List<XElement>> SoFarAsync(this XmppClient client)
    {
        Assert.True((await client.RequestAsync(null, IqType.Get, new XElement(XName.Get("ping", "urn:xmpp:ping")))).IsSuccess);
        var stanzas = new List<XElement>();
        while (client.Incoming.TryRead(out var stanza)) stanzas.Add(stanza);
        return stanzas;
    }

    /// <summary>Both see each other.</summary>
    public static async Task BefriendAsync(XmppClient one, XmppClient two)
    {
        foreach (var (asking, asked) in ((XmppClient, XmppClient)[])[(one, two), (two, one)])
        {
            await asking.SendPresenceAsync("subscribe", asked.Address.Bare.ToString());
            await asked.PresenceAsync("subscribe", asking.Address.Bare.ToString());
            await asked.SendPresenceAsync("subscribed", asking.Address.Bare.ToString());
            await asking.PresenceAsync(null, asked.Address.Bare.ToString());
        }

        await one.SoFarAsync();
        await two.SoFarAsync();
    }
}
