using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Tests.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Modules;

public sealed class BlockingTests
{
    private static readonly XNamespace Blocking = "urn:xmpp:blocking";

    [Fact]
    public async Task For_who_is_blocked_the_account_is_away_until_it_unblocks_him()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);

        Assert.True((await SetAsync(juliet, "block", "romeo@edge.local")).IsSuccess);
        await romeo.PresenceAsync("unavailable", juliet.Address.ToString());

        await juliet.SendAsync(new XElement("presence", new XElement("show", "away")));
        await juliet.SoFarAsync();
        await romeo.SendAsync(new XElement("presence", new XElement("show", "dnd")));
        await romeo.SendMessageAsync(juliet.Address, "?");
        await romeo.SendMessageAsync(juliet.Address.Bare, "?");
        await romeo.SendPresenceAsync("probe", "juliet@edge.local");
        await romeo.SendPresenceAsync("subscribe", "juliet@edge.local");
        await romeo.SendPresenceAsync(null, juliet.Address.ToString());
        Assert.Equal("service-unavailable", (await romeo.RequestAsync(juliet.Address, IqType.Get, new XElement(XName.Get("ping", "urn:xmpp:ping")))).Error?.Condition);
        var answers = await romeo.SoFarAsync();
        Assert.Equal(2, answers.Count(s => s.Name.LocalName == "message" && s.ToString().Contains("service-unavailable", StringComparison.Ordinal)));
        Assert.DoesNotContain(answers, s => ((string?)s.Attribute("from"))?.StartsWith("juliet@", StringComparison.Ordinal) == true && s.Name.LocalName == "presence");
        Assert.Empty(await juliet.SoFarAsync());

        Assert.True((await SetAsync(juliet, "unblock", "romeo@edge.local")).IsSuccess);
        Assert.Equal("away", (await romeo.PresenceAsync(null, juliet.Address.ToString())).Value);
        Assert.Equal("dnd", (await juliet.PresenceAsync(null, romeo.Address.ToString())).Value);
        await romeo.SendMessageAsync(juliet.Address, "again");
        Assert.Equal("again", (await juliet.MessageAsync()).Value);
    }

    [Fact]
    public async Task Nothing_goes_to_who_is_blocked()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await SetAsync(juliet, "block", "romeo@edge.local");

        await juliet.SendMessageAsync(romeo.Address, "?");
        await juliet.SendPresenceAsync(null, romeo.Address.ToString());
        var ping = await juliet.RequestAsync(romeo.Address, IqType.Get, new XElement(XName.Get("ping", "urn:xmpp:ping")));
        Assert.Equal("not-acceptable", ping.Error?.Condition);
        Assert.Equal(XName.Get("blocked", "urn:xmpp:blocking:errors"), ping.Error!.Details.Single().Name);
        Assert.Equal(["message", "presence"], (await juliet.SoFarAsync()).Where(s => s.ToString().Contains("urn:xmpp:blocking:errors", StringComparison.Ordinal)).Select(s => s.Name.LocalName));
        Assert.Empty(await romeo.SoFarAsync());
    }

    [Fact]
    public async Task Who_is_blocked_already_does_not_hear_who_is_there_when_he_is_blocked_again()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);
        Assert.True((await SetAsync(juliet, "block", "romeo@edge.local")).IsSuccess);
        await romeo.PresenceAsync("unavailable", juliet.Address.ToString());

        await host.OnlineAsync("juliet", "phone");
        Assert.True((await SetAsync(juliet, "block", "romeo@edge.local")).IsSuccess);

        Assert.Empty(await romeo.SoFarAsync());
    }

    [Fact]
    public async Task Who_was_sent_presence_directly_is_told_too()
    {
        await using var host = new XmppHost();
        var (romeo, phone, desk) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet", "phone"), await host.OnlineAsync("juliet", "desk"));
        await phone.SendPresenceAsync(null, romeo.Address.ToString());
        await romeo.PresenceAsync(null, phone.Address.ToString());

        Assert.True((await SetAsync(desk, "block", "romeo@edge.local")).IsSuccess);
        await romeo.PresenceAsync("unavailable", phone.Address.ToString());
        await phone.SendAsync(new XElement("presence", new XAttribute("type", "unavailable")));
        await phone.SoFarAsync();
        Assert.Empty(await romeo.SoFarAsync());
    }

    [Fact]
    public async Task Requests_of_services_that_are_blocked_do_not_come()
    {
        await using var host = new XmppHost();
        var juliet = await host.OnlineAsync("juliet");
        Assert.True((await SetAsync(juliet, "block", "things.edge.local")).IsSuccess);
        var answer = await host.Get<IStanzaSender>().RequestAsync(
            Conversation.Of("things.edge.local"), juliet.Address, IqType.Get, new XElement(XName.Get("ping", "urn:xmpp:ping")), TimeSpan.FromMinutes(1));
        Assert.Equal("service-unavailable", answer.Error?.Condition);
        Assert.Empty(await juliet.SoFarAsync());
    }

    [Theory]
    [InlineData("romeo@edge.local", true)]
    [InlineData("romeo@edge.local/orchard", true)]
    [InlineData("romeo@edge.local/other", false)]
    [InlineData("edge.local/orchard", true)]
    [InlineData("edge.local", true)]
    [InlineData("other.edge.local", false)]
    public async Task An_entry_blocks_whom_it_speaks_of(string entry, bool isBlocked)
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo", "orchard"), await host.OnlineAsync("juliet"));
        Assert.True((await SetAsync(juliet, "block", entry)).IsSuccess);
        await romeo.SendMessageAsync(juliet.Address, "?");
        Assert.Equal(isBlocked, (await romeo.SoFarAsync()).Count == 1);
        await (await host.OnlineAsync("juliet")).SendMessageAsync(juliet.Address, "own clients always reach each other");
        await juliet.NextAsync(s => s.Value.StartsWith("own", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clients_that_asked_for_the_list_are_told_of_changes_and_the_list_outlives_the_server()
    {
        await using var storage = new DictionaryStorage();
        await using (var host = new XmppHost(storage))
        {
            var (phone, desk, other) = (await host.OnlineAsync("juliet"), await host.OnlineAsync("juliet"), await host.OnlineAsync("juliet"));
            foreach (var client in (XmppClient[])[phone, desk]) Assert.Empty(await ListAsync(client));
            await phone.SoFarAsync();
            await desk.SoFarAsync();
            await other.SoFarAsync();

            var report = XElement.Parse("<block xmlns='urn:xmpp:blocking'><item jid='romeo@edge.local'><report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'/></item><item jid='spam.example'/></block>");
            Assert.True((await phone.RequestAsync(null, IqType.Set, report)).IsSuccess);
            foreach (var client in (XmppClient[])[phone, desk])
                Assert.Equal(["romeo@edge.local", "spam.example"], Items((await client.NextAsync(s => s.Element(Blocking + "block") is not null)).Element(Blocking + "block")!));
            Assert.Empty(await other.SoFarAsync());
        }

        await using var again = new XmppHost(storage);
        var (romeo, juliet) = (await again.OnlineAsync("romeo"), await again.OnlineAsync("juliet"));
        await romeo.SendMessageAsync(juliet.Address, "?");
        Assert.Single(await romeo.SoFarAsync());
        Assert.Equal(["romeo@edge.local", "spam.example"], await ListAsync(juliet));

        Assert.True((await SetAsync(juliet, "unblock")).IsSuccess);
        Assert.Empty((await juliet.NextAsync(s => s.Element(Blocking + "unblock") is not null)).Element(Blocking + "unblock")!.Elements());
        Assert.Empty(await ListAsync(juliet));
        await romeo.SendMessageAsync(juliet.Address, "free");
        await juliet.MessageAsync();
    }

    [Fact]
    public async Task Whom_an_account_blocks_hears_of_its_clients_that_they_went_and_nothing_behind_that()
    {
        await using var storage = new DictionaryStorage();
        await using var host = new XmppHost(storage);
        var (romeo, phone) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet", "phone"));
        await Conversation.BefriendAsync(romeo, phone);
        var desk = await host.OnlineAsync("juliet", "desk");
        // While the list is being written, another client speaks.
        storage.Writing = async store =>
        {
            if (store != "xmpp-blocking") return;

            await desk.SendAsync(new XElement("presence", new XElement("show", "dnd")));
            await desk.SoFarAsync();
        };

        Assert.True((await SetAsync(phone, "block", "romeo@edge.local")).IsSuccess);

        var last = (await romeo.SoFarAsync()).Where(s => s.Name.LocalName == "presence").GroupBy(s => (string)s.Attribute("from")!).ToDictionary(g => g.Key, g => (string?)g.Last().Attribute("type"));
        Assert.Equal(("unavailable", "unavailable"), (last[phone.Address.ToString()], last[desk.Address.ToString()]));
    }

    [Theory]
    [InlineData("<block xmlns='urn:xmpp:blocking'/>", "bad-request")]
    [InlineData("<block xmlns='urn:xmpp:blocking'><thing/></block>", "bad-request")]
    [InlineData("<block xmlns='urn:xmpp:blocking'><item/></block>", "jid-malformed")]
    [InlineData("<unblock xmlns='urn:xmpp:blocking'><item jid='a@@b'/></unblock>", "jid-malformed")]
    [InlineData("<block xmlns='urn:xmpp:blocking'><item jid='juliet@edge.local'/></block>", "not-allowed")]
    [InlineData("<block xmlns='urn:xmpp:blocking'><item jid='a.example'/><item jid='b.example'/></block>", "resource-constraint")]
    public async Task Wrong_changes_are_refused(string change, string condition)
    {
        await using var host = new XmppHost(settings: ("xmpp:blocking:maxItems", "1"));
        var juliet = await host.OnlineAsync("juliet");
        var answer = await juliet.RequestAsync(null, IqType.Set, XElement.Parse(change));
        Assert.Equal(condition, answer.Error?.Condition);
        if (condition == "resource-constraint") Assert.Contains("xmpp:blocking:maxItems", answer.Error!.Text, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(juliet));
    }

    [Fact]
    public async Task A_list_goes_with_its_account_and_is_nobody_elses_business()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        await SetAsync(juliet, "block", "romeo@edge.local");
        foreach (var data in host.Get<IEnumerable<IAccountData>>()) await data.DeleteAsync("juliet", CancellationToken.None);
        Assert.Empty(await ListAsync(juliet));
        Assert.Equal("service-unavailable", (await romeo.RequestAsync(juliet.Address.Bare, IqType.Get, new XElement(Blocking + "blocklist"))).Error?.Condition);
    }

    private static Task<IqResult> SetAsync(XmppClient client, string name, params string[] jids) =>
        client.RequestAsync(null, IqType.Set, new XElement(Blocking + name, jids.Select(j => new XElement(Blocking + "item", new XAttribute("jid", j)))));

    private static async Task<string[]> ListAsync(XmppClient client) =>
        (await client.RequestAsync(null, IqType.Get, new XElement(Blocking + "blocklist"))).Payload is { } list ? Items(list) : throw new Xunit.Sdk.XunitException("There is no list.");

    private static string[] Items(XElement list) => [.. list.Elements().Select(i => (string)i.Attribute("jid")!)];
}
