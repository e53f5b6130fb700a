using System.Xml.Linq;

using Edge.TestKit;
using Edge.Tests.Xmpp.Modules.StreamManagement;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;

namespace Edge.Tests.Xmpp.Routing;

/// <summary>What a client never acknowledged finds another way when the client is gone for good (XEP-0198 §4).</summary>
public sealed class ReturnedStanzaTests
{
    [Fact]
    public async Task Messages_wait_for_the_next_client_with_the_time_at_which_they_came()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var phone = await PresentAsync(host, "phone");
        var start = host.Clock.GetUtcNow();
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local/phone"), "to the client");
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "to the account");
        await romeo.SoFarAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await GoAsync(host, phone);
        Assert.Empty(await romeo.SoFarAsync());

        var desk = await host.ConnectAsync("juliet", "desk");
        await desk.SendPresenceAsync();
        var messages = (await desk.SoFarAsync()).Where(s => s.Name.LocalName == "message").ToList();
        Assert.Equal(["to the client", "to the account"], messages.Select(m => m.Element(Conversation.Client + "body")!.Value));
        Assert.All(messages, m => Assert.Equal(start, (DateTimeOffset)m.Elements().Single(e => e.Name.LocalName == "delay").Attribute("stamp")!));
    }

    [Fact]
    public async Task Messages_go_to_clients_that_are_there_unless_they_got_them()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var phone = await PresentAsync(host, "phone");
        var desk = await host.OnlineAsync("juliet", "desk");
        await desk.SoFarAsync(); // what follows from its presence is done
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local/phone"), "to the client");
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "to the account");
        await romeo.SoFarAsync();
        await GoAsync(host, phone);

        Assert.Equal(["to the account", "to the client"], (await desk.SoFarAsync()).Where(s => s.Name.LocalName == "message").Select(m => m.Element(Conversation.Client + "body")!.Value));
    }

    [Fact]
    public async Task A_client_that_came_since_gets_what_the_only_one_of_before_did_not_take()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var phone = await PresentAsync(host, "phone");
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "to the account");
        await romeo.SoFarAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var desk = await host.OnlineAsync("juliet", "desk");
        Assert.DoesNotContain(await desk.SoFarAsync(), s => s.Name.LocalName == "message");
        await GoAsync(host, phone);

        var message = await desk.MessageAsync();
        Assert.Equal("to the account", message.Element(Conversation.Client + "body")!.Value);
        Assert.NotNull(message.Element(System.Xml.Linq.XName.Get("delay", "urn:xmpp:delay")));
        Assert.Empty(await romeo.SoFarAsync());
    }

    [Fact]
    public async Task Who_takes_messages_only_since_then_has_not_had_them()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var desk = await host.OnlineAsync("juliet", "desk");
        await desk.SendAsync(new System.Xml.Linq.XElement("presence", new System.Xml.Linq.XElement("priority", "-1")));
        await desk.SoFarAsync();
        var phone = await PresentAsync(host, "phone");
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "to the account");
        await romeo.SoFarAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await desk.SendPresenceAsync();
        Assert.DoesNotContain(await desk.SoFarAsync(), s => s.Name.LocalName == "message");
        await GoAsync(host, phone);

        Assert.Equal("to the account", (await desk.MessageAsync()).Element(Conversation.Client + "body")!.Value);
    }

    [Fact]
    public async Task Requests_are_answered_with_an_error()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var phone = await PresentAsync(host, "phone");
        var asking = romeo.RequestAsync(Conversation.Of("juliet@edge.local/phone"), IqType.Get, new("ping"));
        await romeo.SoFarAsync();
        await GoAsync(host, phone);
        Assert.Equal("service-unavailable", (await asking).Error?.Condition);
    }

    [Fact]
    public async Task One_that_cannot_be_read_does_not_keep_the_others_from_their_way()
    {
        await using var host = new XmppHost();
        await using (await host.OnlineAsync("juliet", "phone"))
        {
            var phone = host.Get<SessionTable>().Find(Conversation.Of("juliet@edge.local/phone"))!;
            UndeliveredStanza Of(string text) => new(System.Text.Encoding.UTF8.GetBytes(text), host.Clock.GetUtcNow());
            var desk = await host.OnlineAsync("juliet", "desk");
            await host.Get<IUndelivered>().ReturnAsync(
                phone, [Of("<message from='romeo@edge.local'><a:b/></message>"), Of("<message from='romeo@edge.local' to='juliet@edge.local/phone' type='chat'><body>behind it</body></message>")], CancellationToken.None);
            Assert.Equal("behind it", (await desk.MessageAsync()).Element(Conversation.Client + "body")!.Value);
        }
    }

    [Fact]
    public async Task Messages_of_who_is_blocked_since_go_to_nobody()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var phone = await PresentAsync(host, "phone");
        var desk = await host.OnlineAsync("juliet", "desk");
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local/phone"), "to the client");
        await romeo.SoFarAsync();
        var block = new XElement(XName.Get("block", "urn:xmpp:blocking"), new XElement(
            XName.Get("item", "urn:xmpp:blocking"), new XAttribute("jid", "romeo@edge.local")));
        Assert.True((await desk.RequestAsync(null, IqType.Set, block)).IsSuccess);
        await GoAsync(host, phone);

        Assert.Contains("service-unavailable", (await romeo.MessageAsync()).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(await desk.SoFarAsync(), s => s.Name.LocalName == "message");
    }

    // Acknowledges what it got, but cannot come back.
    private static async Task<RawClient> PresentAsync(XmppHost host, string resource)
    {
        var raw = await host.BoundRawAsync("juliet", resource);
        await raw.EnableAsync("");
        await raw.SendAsync("<presence/>");
        await raw.ReadUntilAsync("<presence");
        return raw;
    }

    private static async Task GoAsync(XmppHost host, RawClient client)
    {
        await client.HangUpAsync();
        await Eventually.HoldsAsync(() => host.Get<SessionTable>().Of("juliet").All(r => r.Jid.Resource != "phone"));
        await client.ReadToEndAsync();
    }
}
