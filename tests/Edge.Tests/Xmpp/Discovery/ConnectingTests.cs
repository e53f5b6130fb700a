using System.Xml.Linq;

using Edge.Tests.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Discovery;

/// <summary>What programs of IoT over XMPP do when they connect, step by step, as far as it is about what they find.</summary>
public sealed class ConnectingTests
{
    private const string Bind = "urn:ietf:params:xml:ns:xmpp-bind";

    // They take features by their local names, in an order of their own: `bind` too early, and they never sign in.
    [Fact]
    public async Task Binding_is_offered_after_signing_in_and_not_before()
    {
        await using var server = new XmppHost();
        var raw = server.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        var before = await raw.ReadUntilAsync("</stream:features>");
        await raw.SignInAsync("romeo");
        await raw.SendAsync(RawClient.Header);
        var after = await raw.ReadUntilAsync("</stream:features>");

        Assert.Contains("<mechanism>SCRAM-SHA-256</mechanism>", before, StringComparison.Ordinal);
        Assert.DoesNotContain(Bind, before, StringComparison.Ordinal);
        Assert.DoesNotContain("xmpp-session", before, StringComparison.Ordinal);
        Assert.Contains(Bind, after, StringComparison.Ordinal);
        Assert.Contains("xmpp-session", after, StringComparison.Ordinal);
        Assert.DoesNotContain("<mechanisms", after, StringComparison.Ordinal);
    }

    // What follows a space in it would be taken for the resource.
    [Fact]
    public async Task A_resource_that_the_server_chooses_has_no_space()
    {
        await using var server = new XmppHost();
        var device = await server.ConnectAsync("romeo");

        Assert.Matches("^[0-9a-zA-Z_-]+$", device.Address.Resource);
    }

    [Fact]
    public async Task Session_roster_and_ping_are_answered_without_an_address()
    {
        await using var server = new XmppHost();
        var device = await server.ConnectAsync("romeo");

        Assert.True((await device.SetAsync(null, "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>")).IsSuccess);
        Assert.Equal("query", (await device.GetAsync(null, "<query xmlns='jabber:iq:roster'/>")).Payload?.Name.LocalName);
        Assert.True((await device.GetAsync(null, "<ping xmlns='urn:xmpp:ping'/>")).IsSuccess);
        Assert.Equal("query", (await device.GetAsync(null, "<query xmlns='jabber:iq:private'><a xmlns='urn:a'/></query>")).Payload?.Name.LocalName);
        Assert.Equal("vCard", (await device.GetAsync(null, "<vCard xmlns='vcard-temp'/>")).Payload?.Name.LocalName);
    }

    [Fact]
    public async Task White_space_keeps_a_connection_alive_and_means_nothing()
    {
        await using var server = new XmppHost();
        var raw = await server.BoundRawAsync("romeo");

        await raw.SendAsync("   \n ");
        await raw.SendAsync("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");

        Assert.Contains("type='result' id='p'", await raw.ReadUntilAsync("/>"), StringComparison.Ordinal);
    }

    // Programs that got no answer ask again with the same id.
    [Fact]
    public async Task A_request_that_is_repeated_is_answered_again()
    {
        await using var server = new XmppHost();
        var raw = await server.BoundRawAsync("romeo");
        const string Request = "<iq type='get' id='7' to='things.edge.local'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>";

        await raw.SendAsync(Request + Request);

        Assert.Contains("type='result' id='7'", await raw.ReadUntilAsync("</iq>"), StringComparison.Ordinal);
        Assert.Contains("type='result' id='7'", await raw.ReadUntilAsync("</iq>"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("juliet@edge.local/nowhere", "<query xmlns='http://jabber.org/protocol/disco#info'/>")]
    [InlineData("edge.local", "<unheard xmlns='urn:unheard'/>")]
    [InlineData("things.edge.local", "<unheard xmlns='urn:unheard'/>")]
    [InlineData(null, "<unheard xmlns='urn:unheard'/>")]
    public async Task Who_is_not_there_and_what_is_not_known_is_unavailable(string? to, string payload)
    {
        await using var server = new XmppHost();
        var device = await server.OnlineAsync("romeo");

        Assert.Equal("service-unavailable", (await device.GetAsync(to, payload)).Error?.Condition);
    }

    [Fact]
    public async Task Children_of_presence_that_nobody_here_knows_reach_contacts()
    {
        await using var server = new XmppHost();
        var (romeo, juliet) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);

        await romeo.SendAsync(XElement.Parse("<presence><e2e xmlns='urn:nf:iot:e2e:1.0'><k v='1'/></e2e><p2p xmlns='http://example.org/p2p' port='1'/></presence>"));

        var seen = await juliet.PresenceAsync(null, "romeo@edge.local");
        Assert.Equal("1", seen.Element("{urn:nf:iot:e2e:1.0}e2e")?.Elements().Single().Attribute("v")?.Value);
        Assert.Equal("1", seen.Element("{http://example.org/p2p}p2p")?.Attribute("port")?.Value);
    }
}
