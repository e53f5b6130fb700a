using System.Xml.Linq;

using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Modules;

public sealed class CarbonTests
{
    private static readonly XNamespace Carbons = "urn:xmpp:carbons:2";
    private static readonly XNamespace Forward = "urn:xmpp:forward:0";

    [Fact]
    public async Task Other_clients_see_what_one_gets_and_sends()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var (phone, desk, plain) = (await host.OnlineAsync("juliet", "phone"), await EnabledAsync(host, "desk"), await host.OnlineAsync("juliet", "plain"));

        await romeo.SendMessageAsync(phone.Address, "hello");
        await phone.MessageAsync();
        var received = AssertCarbon(await desk.MessageAsync(), "received", desk);
        Assert.Equal((romeo.Address.ToString(), phone.Address.ToString(), "hello"), ((string)received.Attribute("from")!, (string)received.Attribute("to")!, received.Value));
        Assert.Equal("en", (string?)received.Attribute(XNamespace.Xml + "lang")); // its stream's

        await phone.SendMessageAsync(romeo.Address, "hello yourself");
        Assert.Equal("hello yourself", (await romeo.MessageAsync()).Value);
        var sent = AssertCarbon(await desk.MessageAsync(), "sent", desk);
        Assert.Equal((phone.Address.ToString(), romeo.Address.ToString(), "hello yourself"), ((string)sent.Attribute("from")!, (string)sent.Attribute("to")!, sent.Value));

        Assert.DoesNotContain(await plain.SoFarAsync(), s => s.Name.LocalName == "message");
        Assert.DoesNotContain(await phone.SoFarAsync(), s => s.Name.LocalName == "message");
    }

    [Fact]
    public async Task A_message_to_the_account_is_copied_to_those_only_who_did_not_get_it()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var (phone, shy) = (await EnabledAsync(host, "phone"), await EnabledAsync(host, "shy"));
        await shy.SendAsync(new XElement("presence", new XElement("priority", "-1")));
        await shy.SoFarAsync();

        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "to all");
        await romeo.SoFarAsync();
        Assert.Equal("to all", Assert.Single(await phone.SoFarAsync(), s => s.Name.LocalName == "message").Element(Conversation.Client + "body")?.Value);
        AssertCarbon(Assert.Single(await shy.SoFarAsync(), s => s.Name.LocalName == "message"), "received", shy);

        await phone.SendMessageAsync(Conversation.Of("juliet@edge.local"), "to myself");
        await phone.SoFarAsync();
        AssertCarbon(Assert.Single(await shy.SoFarAsync(), s => s.Name.LocalName == "message"), "received", shy);
    }

    [Fact]
    public async Task What_is_private_by_a_prefix_of_the_stream_is_not_copied_either()
    {
        await using var host = new XmppHost();
        var desk = await EnabledAsync(host, "desk");
        var phone = await host.SignedInRawAsync("juliet", RawClient.Header.Replace(">", " xmlns:c='urn:xmpp:carbons:2'>", StringComparison.Ordinal));
        await phone.BindAsync("phone");

        await phone.SendAsync("<message to='romeo@edge.local' type='chat'><body>secret</body><c:private/></message>");
        await phone.SendAsync("<message to='romeo@edge.local' type='chat'><body>no secret</body></message>");

        Assert.Equal("no secret", AssertCarbon(await desk.MessageAsync(), "sent", desk).Value);
    }

    [Theory]
    [InlineData("<message type='chat'><body>a</body></message>", true)]
    [InlineData("<message type='chat'/>", true)]
    [InlineData("<message><body>a</body></message>", true)]
    [InlineData("<message><x xmlns='urn:test'/></message>", false)]
    [InlineData("<message><received xmlns='urn:xmpp:receipts' id='1'/></message>", true)]
    [InlineData("<message><paused xmlns='http://jabber.org/protocol/chatstates'/></message>", true)]
    [InlineData("<message><displayed xmlns='urn:xmpp:chat-markers:0' id='1'/></message>", true)]
    [InlineData("<message><x xmlns='jabber:x:conference' jid='room@rooms.example'/></message>", true)]
    [InlineData("<message><x xmlns='http://jabber.org/protocol/muc#user'><invite/></x></message>", true)]
    [InlineData("<message type='chat'><body>a</body><x xmlns='http://jabber.org/protocol/muc#user'/></message>", false)]
    [InlineData("<message type='headline'><body>a</body></message>", false)]
    [InlineData("<message type='groupchat'><body>a</body></message>", false)]
    [InlineData("<message type='error'><body>a</body></message>", false)]
    [InlineData("<message type='chat'><body>a</body><private xmlns='urn:xmpp:carbons:2'/></message>", false)]
    [InlineData("<message type='chat'><body>a</body><no-copy xmlns='urn:xmpp:hints'/></message>", false)]
    public async Task Only_what_people_say_is_copied(string message, bool isCopied)
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var (phone, desk) = (await host.OnlineAsync("juliet", "phone"), await EnabledAsync(host, "desk"));
        var stanza = XElement.Parse(message);
        stanza.SetAttributeValue("to", phone.Address.ToString());
        await romeo.SendAsync(stanza);
        await romeo.SoFarAsync();
        await phone.MessageAsync();
        Assert.Equal(isCopied, (await desk.SoFarAsync()).Any(s => s.Element(Carbons + "received") is not null));
    }

    [Fact]
    public async Task Carbons_are_switched_by_the_account_alone_as_often_as_it_likes()
    {
        await using var host = new XmppHost();
        var (romeo, phone, desk) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet", "phone"), await EnabledAsync(host, "desk"));
        Assert.True((await desk.RequestAsync(null, IqType.Set, new XElement(Carbons + "enable"))).IsSuccess);
        Assert.True((await desk.RequestAsync(null, IqType.Set, new XElement(Carbons + "disable"))).IsSuccess);
        Assert.True((await desk.RequestAsync(null, IqType.Set, new XElement(Carbons + "disable"))).IsSuccess);
        Assert.Equal("service-unavailable", (await romeo.RequestAsync(desk.Address.Bare, IqType.Set, new XElement(Carbons + "enable"))).Error?.Condition);

        await romeo.SendMessageAsync(phone.Address, "hello");
        await phone.MessageAsync();
        Assert.DoesNotContain(await desk.SoFarAsync(), s => s.Name.LocalName == "message");
        var features = await romeo.RequestAsync(Conversation.Of("edge.local"), IqType.Get, new XElement(XName.Get("query", "http://jabber.org/protocol/disco#info")));
        Assert.Contains("urn:xmpp:carbons:2", features.Payload!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_are_copied_in_response_to_what_was_copied_and_no_others()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var (phone, desk) = (await host.OnlineAsync("juliet", "phone"), await EnabledAsync(host, "desk"));

        // To the one who sent: from an address that nobody is at.
        await phone.SendAsync(XElement.Parse("<message type='chat' id='m1' to='nobody@edge.local'><body>a</body></message>"));
        AssertCarbon(await desk.MessageAsync(), "sent", desk);
        Assert.Equal("error", (string?)AssertCarbon(await desk.MessageAsync(), "received", desk).Attribute("type"));
        // From the one who got it.
        await romeo.SendAsync(XElement.Parse($"<message type='chat' id='m2' to='{phone.Address}'><body>b</body></message>"));
        AssertCarbon(await desk.MessageAsync(), "received", desk);
        await phone.SendAsync(XElement.Parse($"<message type='error' id='m2' to='{romeo.Address}'><error type='cancel'/></message>"));
        Assert.Equal("m2", (string?)AssertCarbon(await desk.MessageAsync(), "sent", desk).Attribute("id"));
        await phone.SoFarAsync();

        // In response to what is not copied, to nothing, or by somebody else.
        await phone.SendAsync(XElement.Parse("<message type='chat' id='m3' to='nobody@edge.local'><body>a</body><private xmlns='urn:xmpp:carbons:2'/></message>"));
        await phone.MessageAsync();
        foreach (var id in (string[])["id='m9'", "id='m1'", ""])
            await romeo.SendAsync(XElement.Parse($"<message type='error' {id} to='{phone.Address}'><body>a</body><error type='cancel'/></message>"));
        await romeo.SoFarAsync();
        Assert.Equal(3, (await phone.SoFarAsync()).Count(s => s.Name.LocalName == "message"));
        Assert.DoesNotContain(await desk.SoFarAsync(), s => s.Name.LocalName == "message");
    }

    private static async Task<XmppClient> EnabledAsync(XmppHost host, string resource)
    {
        var client = await host.OnlineAsync("juliet", resource);
        Assert.True((await client.RequestAsync(null, IqType.Set, new XElement(Carbons + "enable"))).IsSuccess);
        return client;
    }

    private static XElement AssertCarbon(XElement carbon, string what, XmppClient receiver)
    {
        Assert.Equal((receiver.Address.Bare.ToString(), receiver.Address.ToString()), ((string)carbon.Attribute("from")!, (string)carbon.Attribute("to")!));
        var inner = carbon.Element(Carbons + what)!.Element(Forward + "forwarded")!.Elements().Single();
        Assert.Equal(Conversation.Client + "message", inner.Name);
        Assert.Equal((string?)inner.Attribute("type"), (string?)carbon.Attribute("type"));
        return inner;
    }
}
