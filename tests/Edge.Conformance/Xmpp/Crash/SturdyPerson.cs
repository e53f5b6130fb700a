using System.Collections.Concurrent;
using System.Globalization;
using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;

namespace Edge.Conformance.Xmpp.Crash;

/// <summary>Changes its roster and its private storage, and writes to somebody who is not there, as fast as it is answered; remembers what the
/// server said it had done.</summary>
internal sealed class SturdyPerson(XmppGatewayProcess gateway, string name, string friend)
{
    private const int Contacts = 50;

    private static readonly XNamespace Roster = "jabber:iq:roster";
    private static readonly XNamespace Private = "jabber:iq:private";
    private static readonly XNamespace Note = "urn:example:note";
    private static readonly XName Ping = XName.Get("ping", "urn:xmpp:ping");

    private readonly ConcurrentDictionary<string, int> _contacts = new(StringComparer.Ordinal);
    private readonly HashSet<int> _taken = [];
    private int _note = -1;
    private int _messages;
    private int _next;

    /// <summary>How many changes were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Works until the connection breaks.</summary>
    public async Task WorkAsync(CancellationToken cancel)
    {
        await using var client = await gateway.ConnectAsync(name, cancel);
        try
        {
            while (await StepAsync(client, _next++, cancel)) Acknowledged++;
        }
        catch (Exception e) when (e is IOException or XmppClientException or ObjectDisposedException)
        {
            // Killed; what was not answered may have been done or not.
        }
    }

    /// <summary>Looks for everything that was acknowledged.</summary>
    public async Task CheckAsync(CancellationToken cancel)
    {
        await using var client = await gateway.ConnectAsync(name, cancel);
        var roster = (await client.RequestAsync(null, IqType.Get, new XElement(Roster + "query"), cancel: cancel)).Payload!
            .Elements().ToDictionary(i => (string)i.Attribute("jid")!, i => Number((string)i.Attribute("name")!));
        Assert.All(_contacts, c => Assert.True(roster.GetValueOrDefault(c.Key, -1) >= c.Value, $"{name} lost {c.Key}, {c.Value}."));

        var note = (await client.RequestAsync(null, IqType.Get, new XElement(Private + "query", new XElement(Note + "note")), cancel: cancel)).Payload!;
        Assert.True(_note < 0 || Number(note.Value) >= _note, $"{name} lost note {_note}, and has '{note.Value}'.");
    }

    /// <summary>The friend comes, finds every message that was taken for it, and goes again.</summary>
    public async Task CheckFriendAsync(CancellationToken cancel)
    {
        await using var client = await gateway.ConnectAsync(friend, cancel);
        await client.SendPresenceAsync(cancel);
        Assert.True((await client.RequestAsync(null, IqType.Get, new XElement(Ping), cancel: cancel)).IsSuccess); // behind what waited
        var found = new HashSet<int>();
        while (client.Incoming.TryRead(out var stanza))
        {
            if (stanza.Name.LocalName == "message") found.Add(Number(stanza.Elements().Single(e => e.Name.LocalName == "body").Value));
        }

        Assert.Empty(_taken.Except(found));
        _taken.Clear();
    }

    private async Task<bool> StepAsync(XmppClient client, int n, CancellationToken cancel)
    {
        var text = n.ToString(CultureInfo.InvariantCulture);
        var contact = $"contact{n % Contacts}@edge.local";
        var item = new XElement(Roster + "item", new XAttribute("jid", contact), new XAttribute("name", text));
        if (!(await client.RequestAsync(null, IqType.Set, new XElement(Roster + "query", item), cancel: cancel)).IsSuccess) return false;
        _contacts[contact] = n;

        if (!(await client.RequestAsync(null, IqType.Set, new XElement(Private + "query", new XElement(Note + "note", text)), cancel: cancel)).IsSuccess) return false;
        _note = n;

        // The answer to what comes behind a message says that the message has been taken (RFC 6120 §10.1).
        var message = _messages++;
        await client.SendMessageAsync(Jid.Parse($"{friend}@edge.local"), message.ToString(CultureInfo.InvariantCulture), cancel);
        if (!(await client.RequestAsync(null, IqType.Get, new XElement(Ping), cancel: cancel)).IsSuccess) return false;
        _taken.Add(message);
        return true;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
