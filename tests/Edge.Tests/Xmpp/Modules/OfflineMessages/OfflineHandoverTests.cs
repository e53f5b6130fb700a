using System.Xml.Linq;

using Edge.TestKit;
using Edge.Tests.Things;
using Edge.Tests.Xmpp.Modules.StreamManagement;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.OfflineMessages;
using Edge.Xmpp.Routing;

namespace Edge.Tests.Xmpp.Modules.OfflineMessages;

/// <summary>Messages that waited are in the store until their client has them, whatever becomes of it and of the server.</summary>
public sealed class OfflineHandoverTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_only_written_comes_again_after_the_server_was_killed(bool acknowledges)
    {
        await using var storage = new DictionaryStorage();
        await using var killed = new XmppHost(storage);
        await SendAsync(killed, "one", "two");
        await GetAsync(killed, acknowledges, "two");

        await using var again = new XmppHost(storage); // on what the first one left when it was killed: it is not asked to stop
        Assert.Equal(["one", "two"], await FetchAsync(again));
    }

    [Fact]
    public async Task What_a_client_without_acknowledgements_got_is_gone_as_soon_as_it_answers()
    {
        await using var storage = new DictionaryStorage();
        await using var host = new XmppHost(storage);
        await SendAsync(host, "one");
        var juliet = await GetAsync(host, false, "one");
        Assert.Contains("one", storage.Dump, StringComparison.Ordinal);

        await AnswerPingAsync(juliet);
        await Eventually.HoldsAsync(() => !storage.Dump.Contains("one", StringComparison.Ordinal));
        Assert.Empty(await FetchAsync(host));
    }

    [Fact]
    public async Task What_a_client_acknowledged_is_gone()
    {
        await using var storage = new DictionaryStorage();
        await using var host = new XmppHost(storage);
        await SendAsync(host, "one");
        var juliet = await GetAsync(host, true, "one");
        await juliet.ReadUntilAsync("<r "); // it is asked at once

        await juliet.SendAsync($"<a {Managed.Names} h='1'/>");
        await Eventually.HoldsAsync(() => !storage.Dump.Contains("one", StringComparison.Ordinal));
        Assert.Empty(await FetchAsync(host));
    }

    [Fact]
    public async Task More_than_a_client_may_have_unacknowledged_comes_as_fast_as_it_acknowledges()
    {
        await using var host = new XmppHost(settings: ("xmpp:streamManagement:maxUnacknowledgedStanzas", "10"));
        string[] texts = [.. Enumerable.Range(0, 30).Select(i => $"number {i}")];
        await SendAsync(host, texts);
        var juliet = await host.BoundRawAsync("juliet", "phone");
        await juliet.EnableAsync();
        await juliet.SendAsync("<presence/>");

        var handled = 0;
        foreach (var text in texts)
        {
            var got = await juliet.ReadUntilAsync("</message>");
            Assert.Contains($"<body>{text}</body>", got, StringComparison.Ordinal);
            handled += 1 + got.Split("<presence").Length - 1; // its own comes among them
            await juliet.SendAsync($"<a {Managed.Names} h='{handled}'/>");
        }

        await Eventually.HoldsAsync(() => IsEmpty(host));
        await juliet.SoFarAsync();
    }

    [Fact]
    public async Task What_does_not_fit_beside_what_others_sent_follows_when_that_is_acknowledged()
    {
        await using var host = new XmppHost(settings: ("xmpp:streamManagement:maxUnacknowledgedStanzas", "10"));
        await SendAsync(host, "one");
        var juliet = await host.BoundRawAsync("juliet", "phone");
        await juliet.EnableAsync();
        var romeo = await host.BoundRawAsync("romeo");
        for (var i = 0; i < 5; i++) await romeo.SayAsync("juliet@edge.local/phone", $"new {i}");
        await juliet.ReadUntilAsync("<body>new 4</body></message>");
        await juliet.SendAsync("<presence/>");
        await juliet.ReadUntilAsync("<presence");
        await juliet.ReadUntilAsync("/>");

        await juliet.SendAsync($"<a {Managed.Names} h='6'/>");
        await juliet.ReadUntilAsync("<body>one</body>");
    }

    [Fact]
    public async Task Who_says_goodbye_has_what_it_was_sent()
    {
        await using var host = new XmppHost();
        await SendAsync(host, "one");
        var juliet = await GetAsync(host, false, "one");
        await juliet.SendAsync("</stream:stream>");
        await juliet.ReadToEndAsync();

        Assert.Empty(await FetchAsync(host));
        await Eventually.HoldsAsync(() => IsEmpty(host));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_vanishes_leaves_it_for_the_next_client_once(bool acknowledges)
    {
        await using var host = new XmppHost();
        await SendAsync(host, "one", "two");
        var phone = await GetAsync(host, acknowledges, "two", "");
        await host.GoAsync(phone);

        Assert.Equal(["one", "two"], await FetchAsync(host));
        Assert.Empty(await FetchAsync(host));
    }

    [Fact]
    public async Task While_one_client_has_not_answered_another_does_not_get_it_and_gets_it_when_the_first_is_gone()
    {
        await using var host = new XmppHost();
        await SendAsync(host, "one");
        var phone = await GetAsync(host, false, "one");
        var desk = await host.OnlineAsync("juliet", "desk");
        Assert.DoesNotContain(await desk.SoFarAsync(), IsMessage);

        await host.GoAsync(phone);
        Assert.Equal("one", (await desk.MessageAsync()).Element(Conversation.Client + "body")!.Value);
        await Eventually.HoldsAsync(() => IsEmpty(host));
        Assert.DoesNotContain(await desk.SoFarAsync(), IsMessage);
    }

    [Fact]
    public async Task A_session_that_is_resumed_gets_it_from_its_own_queue_and_no_second_time()
    {
        await using var host = new XmppHost();
        await SendAsync(host, "one");
        var phone = await host.BoundRawAsync("juliet", "phone");
        var id = await phone.EnableAsync();
        await phone.SendAsync("<presence/>");
        await phone.ReadUntilAsync("<body>one</body>");
        await host.BreakAsync(phone);

        var (resumed, answer) = await host.ResumeAsync("juliet", id, 0);
        Assert.Contains("<resumed", answer, StringComparison.Ordinal);
        await resumed.ReadUntilAsync("<body>one</body>");
        await resumed.SendAsync($"<a {Managed.Names} h='1'/>");
        await Eventually.HoldsAsync(() => IsEmpty(host));
        Assert.DoesNotContain("<body>", await resumed.SoFarAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_never_answers_but_goes_on_talking_has_it()
    {
        await using var host = new XmppHost();
        await SendAsync(host, "one");
        var juliet = await GetAsync(host, false, "one");
        await Eventually.HoldsAsync(() =>
        {
            juliet.SoFarAsync().GetAwaiter().GetResult();
            host.Clock.Advance(DeliveryReceipts.AnswerTime);
            return IsEmpty(host);
        });
        Assert.Empty(await FetchAsync(host));
    }

    [Fact]
    public async Task More_than_may_be_on_the_way_follows_when_the_first_have_arrived()
    {
        await using var host = new XmppHost(settings: [("xmpp:offlineMessages:maxMessages", "2000"), ("xmpp:rates:burstStanzas", "5000")]);
        await SendAsync(host, [.. Enumerable.Range(0, 1100).Select(i => $"{i}")]);
        var juliet = await host.ConnectAsync("juliet");
        await juliet.SendPresenceAsync();
        for (var i = 0; i < 1100; i++) Assert.Equal($"{i}", (await juliet.MessageAsync()).Element(Conversation.Client + "body")!.Value);
        await Eventually.HoldsAsync(() => IsEmpty(host));
    }

    [Fact]
    public async Task What_came_from_who_is_blocked_since_is_not_handed_over()
    {
        await using var host = new XmppHost();
        await SendAsync(host, "one");
        await (await host.OnlineAsync("nurse")).SendMessageAsync(Conversation.Of("juliet@edge.local"), "two");
        await Eventually.HoldsAsync(() => host.Get<OfflineStore>().OldestAsync("juliet", _ => false, CancellationToken.None).AsTask().GetAwaiter().GetResult().Count == 2);
        var juliet = await host.ConnectAsync("juliet");
        var block = new XElement(XName.Get("block", "urn:xmpp:blocking"), new XElement(XName.Get("item", "urn:xmpp:blocking"), new XAttribute("jid", "romeo@edge.local")));
        Assert.True((await juliet.RequestAsync(null, IqType.Set, block)).IsSuccess);

        await juliet.SendPresenceAsync();
        Assert.Equal(["two"], (await juliet.SoFarAsync()).Where(IsMessage).Select(m => m.Element(Conversation.Client + "body")!.Value));
        await Eventually.HoldsAsync(() => IsEmpty(host));
    }

    private static bool IsEmpty(XmppHost host) => host.Get<OfflineStore>().IsEmptyAsync("juliet", CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static bool IsMessage(XElement stanza) => stanza.Name.LocalName == "message";

    private static async Task SendAsync(XmppHost host, params string[] texts)
    {
        var romeo = await host.OnlineAsync("romeo");
        foreach (var text in texts) await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), text);
        Assert.DoesNotContain(await romeo.SoFarAsync(), IsMessage);
    }

    /// <summary>A client of juliet's that has read what waited, and says nothing to it.</summary>
    private static async Task<RawClient> GetAsync(XmppHost host, bool acknowledges, string last, string resumption = "resume='true'")
    {
        var raw = await host.BoundRawAsync("juliet", "phone");
        if (acknowledges) await raw.EnableAsync(resumption);
        await raw.SendAsync("<presence/>");
        await raw.ReadUntilAsync($"<body>{last}</body>");
        return raw;
    }

    private static async Task AnswerPingAsync(RawClient raw)
    {
        await raw.ReadUntilAsync("<iq ");
        var ping = XElement.Parse("<iq " + await raw.ReadUntilAsync("</iq>"));
        await raw.SendAsync($"<iq type='result' id='{(string?)ping.Attribute("id")}' to='{(string?)ping.Attribute("from")}'/>");
    }

    /// <summary>What another client of juliet's finds; it has it before it goes.</summary>
    private static async Task<IEnumerable<string>> FetchAsync(XmppHost host)
    {
        await using var client = await host.ConnectAsync("juliet");
        await client.SendPresenceAsync();
        return [.. (await client.SoFarAsync()).Where(IsMessage).Select(m => m.Element(Conversation.Client + "body")!.Value)];
    }
}

/// <summary>Words that these tests share.</summary>
internal static class Leaving
{
    /// <summary>The connection breaks, and the resource goes with it.</summary>
    public static async Task GoAsync(this XmppHost host, RawClient client)
    {
        await client.HangUpAsync();
        await Eventually.HoldsAsync(() => host.Get<SessionTable>().Of("juliet").All(r => r.Jid.Resource != "phone"));
        await client.ReadToEndAsync();
    }
}
