using System.Xml.Linq;

using Edge.Xmpp.Client;
using Edge.Xmpp.Modules.OfflineMessages;

namespace Edge.Tests.Xmpp.Routing;

/// <summary>The table of RFC 6121 §8.5.4, every cell. E: an error for the sender; O: kept for later; D: to the one client that is named; A: to all
/// clients whose priority is not negative; -: nothing.</summary>
public sealed class MessageTableTests
{
    private static readonly string[] Types = ["normal", "chat", "groupchat", "headline", "error", "strange"];

    [Theory]
    [InlineData("no account", "nobody@edge.local", "E E E - - E")]
    [InlineData("no account", "nobody@edge.local/phone", "E E E - - E")]
    [InlineData("no client", "juliet@edge.local", "O O E - - O")]
    [InlineData("no client", "juliet@edge.local/phone", "E O E - - E")]
    [InlineData("silent client", "juliet@edge.local", "O O E - - O")]
    [InlineData("silent client", "juliet@edge.local/phone", "D D D D D D")]
    [InlineData("negative", "juliet@edge.local", "O O E - - O")]
    [InlineData("negative", "juliet@edge.local/shy", "D D D D D D")]
    [InlineData("negative", "juliet@edge.local/phone", "E O E - - E")]
    [InlineData("one", "juliet@edge.local", "A A E A - A")]
    [InlineData("one", "juliet@edge.local/phone", "D D D D D D")]
    [InlineData("one", "juliet@edge.local/gone", "E A E - - E")]
    [InlineData("one and negative", "juliet@edge.local", "A A E A - A")]
    [InlineData("one and negative", "juliet@edge.local/shy", "D D D D D D")]
    [InlineData("one and negative", "juliet@edge.local/gone", "E A E - - E")]
    [InlineData("several", "juliet@edge.local", "A A E A - A")]
    [InlineData("several", "juliet@edge.local/phone", "D D D D D D")]
    [InlineData("several", "juliet@edge.local/gone", "E A E - - E")]
    public async Task A_message_goes_where_its_type_and_the_clients_there_say(string who, string to, string expected)
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var clients = await ConnectAsync(host, who);

        foreach (var type in Types)
            await romeo.SendAsync(new XElement("message", new XAttribute("type", type), new XAttribute("id", type), new XAttribute("to", to), new XElement("body", "?")));

        var errors = (await romeo.SoFarAsync()).Where(s => s.Name.LocalName == "message" && (string?)s.Attribute("type") == "error").ToList();
        Assert.All(errors, e => Assert.NotEmpty(e.Descendants(XName.Get("service-unavailable", "urn:ietf:params:xml:ns:xmpp-stanzas"))));
        var got = new Dictionary<string, HashSet<string>>();
        foreach (var client in clients) got[client.Address.Resource] = [.. (await client.SoFarAsync()).Where(s => s.Name.LocalName == "message").Select(s => (string)s.Attribute("id")!)];
        var kept = (await host.Get<OfflineStore>().OldestAsync("juliet", _ => false, CancellationToken.None)).Select(m => (string)XElement.Parse(m.Value.Stanza).Attribute("id")!).ToList();

        string Outcome(string type)
        {
            string[] receivers = [.. got.Where(g => g.Value.Contains(type)).Select(g => g.Key)];
            var text = errors.Any(e => (string?)e.Attribute("id") == type) ? "E" : "";
            if (kept.Contains(type)) text += "O";
            if (receivers is [var only] && to.EndsWith("/" + only, StringComparison.Ordinal)) text += "D";
            else if (receivers.Length > 0) text += receivers.Contains("shy") || receivers.Length < clients.Count(c => c.Address.Resource != "shy") ? "?" : "A";
            return text.Length == 0 ? "-" : text;
        }

        Assert.Equal(expected, string.Join(' ', Types.Select(Outcome)));
    }

    private static async Task<List<XmppClient>> ConnectAsync(XmppHost host, string who)
    {
        var clients = new List<XmppClient>();
        if (who == "silent client") clients.Add(await host.ConnectAsync("juliet", "phone"));
        if (who.StartsWith("one", StringComparison.Ordinal) || who == "several") clients.Add(await host.OnlineAsync("juliet", "phone"));
        if (who == "several")
        {
            clients.Add(await host.OnlineAsync("juliet", "desk"));
            await clients[^1].SendAsync(new XElement("presence", new XElement("priority", "5")));
        }

        if (who.EndsWith("negative", StringComparison.Ordinal))
        {
            clients.Add(await host.ConnectAsync("juliet", "shy"));
            await clients[^1].SendAsync(new XElement("presence", new XElement("priority", "-1")));
        }

        foreach (var client in clients) await client.SoFarAsync();
        return clients;
    }
}
