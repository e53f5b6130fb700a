using System.Xml.Linq;

using Edge.Tests.Things;

namespace Edge.Tests.Xmpp.Modules;

public sealed class RosterTests
{
    [Fact]
    public async Task A_contact_is_pushed_to_every_client_that_asked_for_the_roster()
    {
        await using var host = new XmppHost();
        var (one, two, silent) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("romeo"), await host.ConnectAsync("romeo"));

        Assert.True((await one.SetRosterAsync(new XAttribute("jid", "juliet@edge.local"), new XAttribute("name", "Juliet"), new XElement(Conversation.Roster + "group", "Friends"))).IsSuccess);

        foreach (var client in (Edge.Xmpp.Client.XmppClient[])[one, two])
        {
            var item = await client.PushAsync();
            Assert.Equal(("juliet@edge.local", "Juliet", "none", "Friends"), ((string)item.Attribute("jid")!, (string)item.Attribute("name")!, (string)item.Attribute("subscription")!, item.Value));
        }

        Assert.Empty(await silent.SoFarAsync());
    }

    [Fact]
    public async Task A_roster_outlives_the_server()
    {
        await using var storage = new DictionaryStorage();
        await using (var host = new XmppHost(storage))
        {
            var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
            await Conversation.BefriendAsync(romeo, juliet);
            await romeo.SendPresenceAsync("subscribe", "nurse@edge.local");
            await romeo.PushAsync();
        }

        await using var again = new XmppHost(storage);
        Assert.Equal(new() { ["juliet@edge.local"] = "both", ["nurse@edge.local"] = "none+ask" }, await (await again.OnlineAsync("romeo")).RosterAsync());
    }

    [Fact]
    public async Task A_removed_contact_is_told_and_seen_no_more()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);

        Assert.True((await romeo.SetRosterAsync(new XAttribute("jid", "juliet@edge.local"), new XAttribute("subscription", "remove"))).IsSuccess);

        Assert.Equal("remove", (string?)(await romeo.PushAsync()).Attribute("subscription"));
        await juliet.PresenceAsync("unavailable", "romeo@edge.local/");
        Assert.Empty(await romeo.RosterAsync());
        Assert.Equal(new() { ["romeo@edge.local"] = "none" }, await juliet.RosterAsync());
    }

    [Theory]
    [InlineData("<item/>", "jid-malformed")]
    [InlineData("<item jid='a@@b'/>", "jid-malformed")]
    [InlineData("<item jid='romeo@edge.local'/>", "not-allowed")]
    [InlineData("<item jid='a@edge.local'/><item jid='b@edge.local'/>", "bad-request")]
    [InlineData("<thing jid='a@edge.local'/>", "bad-request")]
    [InlineData("<item jid='a@edge.local' subscription='remove'/>", "item-not-found")]
    [InlineData("<item jid='a@edge.local'><group></group></item>", "not-acceptable")]
    [InlineData("<item jid='a@edge.local'><group>x</group><group>x</group></item>", "bad-request")]
    [InlineData("<item jid='a@edge.local' name='0123456789'/>", "not-acceptable")]
    [InlineData("<item jid='a@edge.local'><group>1</group><group>2</group><group>3</group></item>", "not-acceptable")]
    public async Task Wrong_changes_are_refused(string items, string condition)
    {
        await using var host = new XmppHost(settings: [("xmpp:roster:maxNameLength", "9"), ("xmpp:roster:maxGroups", "2")]);
        var romeo = await host.OnlineAsync("romeo");
        var query = XElement.Parse($"<query xmlns='jabber:iq:roster'>{items}</query>");
        Assert.Equal(condition, (await romeo.RequestAsync(null, Edge.Xmpp.Modules.IqType.Set, query)).Error?.Condition);
    }

    [Fact]
    public async Task A_roster_is_bounded_against_its_owner_and_against_strangers()
    {
        await using var host = new XmppHost(settings: ("xmpp:roster:maxItems", "1"));
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await romeo.SendPresenceAsync("subscribe", "juliet@edge.local");
        await juliet.PresenceAsync("subscribe", "romeo@edge.local");

        var added = await juliet.SetRosterAsync(new XAttribute("jid", "nurse@edge.local"));
        Assert.Equal("resource-constraint", added.Error?.Condition);
        Assert.Contains("xmpp:roster:maxItems", added.Error!.Text, StringComparison.Ordinal);

        await (await host.OnlineAsync("nurse")).SendPresenceAsync("subscribe", "juliet@edge.local");
        Assert.DoesNotContain(await juliet.SoFarAsync(), s => (string?)s.Attribute("type") == "subscribe");
    }

    [Fact]
    public async Task Nobody_sees_the_roster_of_another()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var answer = await romeo.RequestAsync(Conversation.Of("juliet@edge.local"), Edge.Xmpp.Modules.IqType.Get, new XElement(Conversation.Roster + "query"));
        Assert.Equal("forbidden", answer.Error?.Condition);
    }
}
