using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.TestKit;
using Edge.Tests.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules.OfflineMessages;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Xmpp.Modules;

public sealed class OfflineMessageTests
{
    private static readonly XNamespace Delay = "urn:xmpp:delay";

    [Fact]
    public async Task Messages_wait_in_order_and_say_when_they_came_and_are_handed_over_once()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var start = host.Clock.GetUtcNow();
        for (var i = 0; i < 250; i++) await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), $"{i}"); // more than a page
        Assert.Empty(await romeo.SoFarAsync());
        host.Clock.Advance(TimeSpan.FromMinutes(2));

        var juliet = await host.ConnectAsync("juliet");
        Assert.Empty(await juliet.SoFarAsync());
        await juliet.SendAsync(new XElement("presence", new XElement("priority", "-1")));
        Assert.DoesNotContain(await juliet.SoFarAsync(), s => s.Name.LocalName == "message");
        await juliet.SendPresenceAsync();
        var messages = (await juliet.SoFarAsync()).Where(s => s.Name.LocalName == "message").ToList();
        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"{i}"), messages.Select(m => m.Element(Conversation.Client + "body")!.Value));
        Assert.All(messages, m => Assert.Equal(
            ("edge.local", start), ((string)m.Element(Delay + "delay")!.Attribute("from")!, (DateTimeOffset)m.Element(Delay + "delay")!.Attribute("stamp")!)));
        Assert.All(messages, m => Assert.Equal(romeo.Address.ToString(), (string?)m.Attribute("from")));

        await juliet.SendPresenceAsync();
        Assert.DoesNotContain(await juliet.SoFarAsync(), s => s.Name.LocalName == "message");
        Assert.DoesNotContain(await (await host.OnlineAsync("juliet")).SoFarAsync(), s => s.Name.LocalName == "message");
    }

    [Fact]
    public async Task Messages_outlive_the_server()
    {
        await using var storage = new DictionaryStorage();
        await using (var host = new XmppHost(storage))
        {
            var romeo = await host.OnlineAsync("romeo");
            await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "one");
            await romeo.SoFarAsync();
        }

        await using var again = new XmppHost(storage);
        await (await again.OnlineAsync("romeo")).SendMessageAsync(Conversation.Of("juliet@edge.local"), "two");
        var juliet = await again.ConnectAsync("juliet");
        await juliet.SendPresenceAsync();
        Assert.Equal(["one", "two"], [await BodyAsync(juliet), await BodyAsync(juliet)]);
    }

    [Theory]
    [InlineData("<body>a</body>", true, false)]
    [InlineData("<body>a</body><no-store xmlns='urn:xmpp:hints'/>", false, true)]
    [InlineData("<body>a</body><no-permanent-store xmlns='urn:xmpp:hints'/>", true, false)]
    [InlineData("<composing xmlns='http://jabber.org/protocol/chatstates'/><thread>t</thread>", false, false)]
    [InlineData("<active xmlns='http://jabber.org/protocol/chatstates'/><store xmlns='urn:xmpp:hints'/>", true, false)]
    [InlineData("<body>a</body><active xmlns='http://jabber.org/protocol/chatstates'/>", true, false)]
    [InlineData("<x xmlns='urn:test'/>", true, false)]
    [InlineData("", false, false)]
    public async Task What_a_message_holds_decides_whether_it_waits(string content, bool isKept, bool isRefused)
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        await romeo.SendAsync(XElement.Parse($"<message type='chat' to='juliet@edge.local'>{content}</message>"));
        Assert.Equal(isRefused, (await romeo.SoFarAsync()).Any(s => s.ToString().Contains("service-unavailable", StringComparison.Ordinal)));
        Assert.Equal(isKept, !await host.Get<OfflineStore>().IsEmptyAsync("juliet", CancellationToken.None));
    }

    [Theory]
    [InlineData("headline", "juliet@edge.local", false)]
    [InlineData("headline", "juliet@edge.local/gone", false)]
    [InlineData("groupchat", "juliet@edge.local/gone", true)]
    [InlineData("normal", "juliet@edge.local/gone", false)]
    [InlineData("error", "juliet@edge.local", false)]
    public async Task Who_asks_for_storing_is_heeded_for_all_types_but_errors(string type, string to, bool isRefused)
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        await romeo.SendAsync(XElement.Parse($"<message type='{type}' to='{to}'><body>a</body><store xmlns='urn:xmpp:hints'/></message>"));
        Assert.Equal(isRefused, (await romeo.SoFarAsync()).Any(s => s.ToString().Contains("service-unavailable", StringComparison.Ordinal)));
        Assert.Equal(type != "error", !await host.Get<OfflineStore>().IsEmptyAsync("juliet", CancellationToken.None));

        var juliet = await host.ConnectAsync("juliet");
        await juliet.SendPresenceAsync();
        Assert.Equal(type == "error" ? 0 : 1, (await juliet.SoFarAsync()).Count(s => s.Name.LocalName == "message"));
    }

    [Fact]
    public async Task Who_has_too_much_gets_no_more_and_the_sender_is_told()
    {
        await using var host = new XmppHost(settings: [("xmpp:offlineMessages:maxMessages", "2"), ("xmpp:offlineMessages:maxBytes", "10000")]);
        var romeo = await host.OnlineAsync("romeo");
        foreach (var text in (string[])["1", "2", "3"]) await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), text);
        await romeo.SendMessageAsync(Conversation.Of("nurse@edge.local"), new string('x', 9_000));
        await romeo.SendMessageAsync(Conversation.Of("nurse@edge.local"), new string('x', 9_000));

        var errors = (await romeo.SoFarAsync()).ToList();
        Assert.Equal(["juliet@edge.local", "nurse@edge.local"], errors.Select(e => (string)e.Attribute("from")!));
        Assert.All(errors, e => Assert.Contains("service-unavailable", e.ToString(), StringComparison.Ordinal));
        Assert.All(errors, e => Assert.Contains("xmpp:offlineMessages:maxMessages", e.Value, StringComparison.Ordinal));

        // With what was fetched, its room is free again.
        await using (await host.OnlineAsync("juliet")) await Eventually.HoldsAsync(() => host.Get<OfflineStore>().IsEmptyAsync("juliet", CancellationToken.None).AsTask().GetAwaiter().GetResult());
        await Eventually.HoldsAsync(() => host.Get<Edge.Xmpp.Routing.SessionTable>().Of("juliet").Count == 0);
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "4");
        Assert.Empty(await romeo.SoFarAsync());
    }

    [Fact]
    public async Task A_message_that_nobody_fetches_in_time_is_gone_and_its_room_free()
    {
        await using var host = new XmppHost(settings: [("xmpp:offlineMessages:maxMessages", "1"), ("xmpp:offlineMessages:keepDays", "1"), ("xmpp:pingAfterSeconds", "86400"), ("xmpp:idleSeconds", "172800")]);
        await (await host.OnlineAsync("romeo")).SendMessageAsync(Conversation.Of("juliet@edge.local"), "old");
        await (await host.OnlineAsync("romeo")).SoFarAsync();
        await Eventually.HoldsAsync(() => !host.Get<OfflineStore>().IsEmptyAsync("juliet", CancellationToken.None).AsTask().GetAwaiter().GetResult());
        host.Clock.Advance(TimeSpan.FromHours(25));

        var romeo = await host.OnlineAsync("romeo");
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "new");
        Assert.DoesNotContain(await romeo.SoFarAsync(), s => (string?)s.Attribute("type") == "error");
        var juliet = await host.ConnectAsync("juliet");
        await juliet.SendPresenceAsync();
        Assert.Equal(["new"], (await juliet.SoFarAsync()).Where(s => s.Name.LocalName == "message").Select(s => s.Value));
    }

    [Fact]
    public async Task What_waits_for_an_account_goes_with_it()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "?");
        await romeo.SoFarAsync();
        foreach (var data in host.Get<IEnumerable<IAccountData>>()) await data.DeleteAsync("juliet", CancellationToken.None);
        Assert.True(await host.Get<OfflineStore>().IsEmptyAsync("juliet", CancellationToken.None));
        Assert.Empty(await host.Get<OfflineStore>().OldestAsync("juliet", _ => false, CancellationToken.None));
    }

    private static async Task<string> BodyAsync(XmppClient client) => (await client.MessageAsync()).Element(Conversation.Client + "body")!.Value;
}
