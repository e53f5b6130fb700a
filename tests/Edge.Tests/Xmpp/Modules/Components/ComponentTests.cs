using System.Xml.Linq;

using Edge.TestKit;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.Components;
using Edge.Xmpp.Routing;

namespace Edge.Tests.Xmpp.Modules.Components;

/// <summary>XEP-0114 with components of our own.</summary>
public sealed class ComponentTests
{
    private const string Ping = "<ping xmlns='urn:xmpp:ping'/>";

    private static readonly (string, string)[] Two = [("xmpp:components:plays:secret", "secret of plays"), ("xmpp:components:poems.example:secret", "secret of poems")];

    [Fact]
    public async Task A_component_and_a_client_talk_both_ways()
    {
        await using var host = new XmppHost(settings: Two);
        var romeo = await host.OnlineAsync("romeo");
        var plays = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");

        await plays.SendAsync($"<message from='hamlet@plays.edge.local/stage' to='{romeo.Address}'><body>To be</body></message>");
        var message = await romeo.MessageAsync();
        Assert.Equal(("hamlet@plays.edge.local/stage", Conversation.Client + "body", "To be"), ((string)message.Attribute("from")!, message.Elements().Single().Name, message.Value));

        await romeo.SendMessageAsync(Conversation.Of("hamlet@plays.edge.local"), "or not");
        var got = await plays.ReadUntilAsync("</message>");
        Assert.Contains($"from='{romeo.Address}'", got, StringComparison.Ordinal);
        Assert.Contains("or not", got, StringComparison.Ordinal);

        var asking = romeo.RequestAsync(Conversation.Of("plays.edge.local"), IqType.Get, new XElement(XName.Get("q", "urn:test")));
        var id = XElement.Parse(await plays.ReadUntilAsync("</iq>")).Attribute("id")!.Value;
        await plays.SendAsync($"<iq type='result' id='{id}' from='plays.edge.local' to='{romeo.Address}'><r xmlns='urn:test'/></iq>");
        Assert.Equal(XName.Get("r", "urn:test"), (await asking).Payload?.Name);
    }

    [Fact]
    public async Task A_component_asks_clients_accounts_and_services()
    {
        await using var host = new XmppHost(settings: Two);
        var romeo = await host.OnlineAsync("romeo");
        var plays = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");

        await plays.SendAsync($"<iq type='get' id='1' from='plays.edge.local' to='edge.local'>{Ping}</iq>");
        Assert.Contains("type='result' id='1' from='edge.local' to='plays.edge.local'", await plays.ReadUntilAsync("/>"), StringComparison.Ordinal);
        await plays.SendAsync($"<iq type='get' id='2' from='x@plays.edge.local/y' to='things.edge.local'>{Ping}</iq>");
        Assert.Contains("type='result' id='2' from='things.edge.local' to='x@plays.edge.local/y'", await plays.ReadUntilAsync("/>"), StringComparison.Ordinal);
        await plays.SendAsync("<iq type='get' id='3' from='plays.edge.local' to='juliet@edge.local'><q xmlns='urn:test'/></iq>");
        Assert.Contains("service-unavailable", await plays.ReadUntilAsync("</iq>"), StringComparison.Ordinal);
        await plays.SendAsync("<iq type='get' id='4' from='plays.edge.local' to='somewhere.example'><q xmlns='urn:test'/></iq>");
        Assert.Contains("remote-server-not-found", await plays.ReadUntilAsync("</iq>"), StringComparison.Ordinal);
        await plays.SendAsync("<iq type='get' id='5' from='plays.edge.local' to='a@@b'><q xmlns='urn:test'/></iq>");
        Assert.Contains("jid-malformed", await plays.ReadUntilAsync("</iq>"), StringComparison.Ordinal);

        await plays.SendAsync($"<iq type='get' id='6' from='plays.edge.local' to='{romeo.Address}'><q xmlns='urn:test'/></iq>");
        await romeo.AnswerAsync(await romeo.NextAsync(s => s.Name.LocalName == "iq"), new XElement(XName.Get("r", "urn:test")));
        Assert.Contains("id='6'", await plays.ReadUntilAsync("</iq>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_components_talk_and_services_reach_them()
    {
        await using var host = new XmppHost(settings: Two);
        var (plays, poems) = (await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays"), await RawComponent.ConnectAsync(host, "poems.example", "secret of poems"));
        await plays.SendAsync("<message from='plays.edge.local' to='sonnet18@poems.example'><body>?</body></message>");
        Assert.Contains("from='plays.edge.local'", await poems.ReadUntilAsync("</message>"), StringComparison.Ordinal);
        await poems.SendAsync("<presence from='sonnet18@poems.example' to='plays.edge.local'/>");
        Assert.Contains("sonnet18@poems.example", await plays.ReadUntilAsync("/>"), StringComparison.Ordinal);

        var asking = host.Get<IStanzaSender>().RequestAsync(
            Conversation.Of("things.edge.local"), Conversation.Of("lamp@plays.edge.local/1"), IqType.Set, new XElement(XName.Get("q", "urn:test")), TimeSpan.FromSeconds(5));
        var id = XElement.Parse(await plays.ReadUntilAsync("</iq>")).Attribute("id")!.Value;
        await plays.SendAsync($"<iq type='result' id='{id}' from='lamp@plays.edge.local/1' to='things.edge.local'/>");
        Assert.True((await asking).IsSuccess);
    }

    [Fact]
    public async Task Contacts_at_a_component_are_subscribed_to_and_seen_like_any_other()
    {
        await using var host = new XmppHost(settings: Two);
        var romeo = await host.OnlineAsync("romeo");
        var plays = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");

        await romeo.SendPresenceAsync("subscribe", "hamlet@plays.edge.local");
        Assert.Contains("from='romeo@edge.local'", await plays.ReadUntilAsync("/>"), StringComparison.Ordinal);
        await plays.SendAsync("<presence type='subscribed' from='hamlet@plays.edge.local/x' to='romeo@edge.local'/><presence from='hamlet@plays.edge.local/x' to='romeo@edge.local'><show>dnd</show></presence>");
        await romeo.PresenceAsync("subscribed", "hamlet@plays.edge.local");
        Assert.Equal("dnd", (await romeo.PresenceAsync(null, "hamlet@plays.edge.local/x")).Value);
        Assert.Equal("to", (await romeo.RosterAsync())["hamlet@plays.edge.local"]);

        await plays.SendAsync("<presence type='subscribe' from='hamlet@plays.edge.local' to='romeo@edge.local'/>");
        await romeo.PresenceAsync("subscribe", "hamlet@plays.edge.local");
        await romeo.SendPresenceAsync("subscribed", "hamlet@plays.edge.local");
        Assert.Contains("type='subscribed'", await plays.ReadUntilAsync("/>"), StringComparison.Ordinal);
        Assert.Contains(romeo.Address.ToString(), await plays.ReadUntilAsync("/>"), StringComparison.Ordinal);
        await romeo.DisposeAsync();
        Assert.Contains("type='unavailable'", await plays.ReadUntilAsync("/>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_component_is_away_senders_are_told_and_nobody_lists_it()
    {
        await using var host = new XmppHost(settings: Two);
        var romeo = await host.OnlineAsync("romeo");
        var address = Conversation.Of("hamlet@plays.edge.local");
        await romeo.SendMessageAsync(address, "?");
        Assert.Contains("remote-server-timeout", (await romeo.MessageAsync()).ToString(), StringComparison.Ordinal);
        Assert.Equal("remote-server-timeout", (await romeo.RequestAsync(address, IqType.Get, new XElement(XName.Get("q", "urn:test")))).Error?.Condition);
        Assert.DoesNotContain("plays.edge.local", await ServicesAsync(romeo));

        var plays = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");
        Assert.Contains("plays.edge.local", await ServicesAsync(romeo));
        await plays.DisposeAsync();
        await Eventually.HoldsAsync(() => !host.Get<OutsideDomains>().Present.Any());
        await romeo.SendMessageAsync(address, "?");
        Assert.Contains("remote-server-timeout", (await romeo.MessageAsync()).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plays.edge.local", "jabber:component:accept", "wrong", "not-authorized")]
    [InlineData("other.edge.local", "jabber:component:accept", "secret of plays", "host-unknown")]
    [InlineData("edge.local", "jabber:component:accept", "secret of plays", "host-unknown")]
    [InlineData("plays.edge.local", "jabber:client", "secret of plays", "invalid-namespace")]
    public async Task Who_is_not_expected_stays_out(string domain, string ns, string secret, string condition)
    {
        await using var host = new XmppHost(settings: Two);
        var component = await RawComponent.OpenAsync(host, domain, ns);
        if (condition == "not-authorized") await component.ShakeHandsAsync(secret);
        Assert.Contains($"<{condition} ", await component.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<message from='romeo@edge.local' to='juliet@edge.local'><body>forged</body></message>", "invalid-from")]
    [InlineData("<message from='x@sub.plays.edge.local' to='juliet@edge.local'/>", "invalid-from")]
    [InlineData("<message to='juliet@edge.local'/>", "improper-addressing")]
    [InlineData("<message from='plays.edge.local'/>", "improper-addressing")]
    [InlineData("<thing from='plays.edge.local' to='juliet@edge.local'/>", "unsupported-stanza-type")]
    [InlineData("<message><!-- --></message>", "restricted-xml")]
    public async Task A_component_that_breaks_a_rule_is_cut_off(string stanza, string condition)
    {
        await using var host = new XmppHost(settings: Two);
        var plays = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");
        await plays.SendAsync(stanza);
        Assert.Contains($"<{condition} ", await plays.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stanzas_before_the_handshake_and_too_large_ones_end_the_stream()
    {
        await using var host = new XmppHost(settings: [.. Two, ("xmpp:maxStanzaBytes", "10000")]);
        var early = await RawComponent.OpenAsync(host, "plays.edge.local");
        await early.SendAsync("<message from='plays.edge.local' to='juliet@edge.local'/>");
        Assert.Contains("<not-authorized ", await early.ReadToEndAsync(), StringComparison.Ordinal);

        var large = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");
        await large.SendAsync($"<message from='plays.edge.local' to='juliet@edge.local'><body>{new string('x', 11_000)}</body></message>");
        Assert.Contains("xmpp:maxStanzaBytes", await large.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_component_that_signs_in_again_takes_the_place()
    {
        await using var host = new XmppHost(settings: Two);
        var romeo = await host.OnlineAsync("romeo");
        var first = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");
        var second = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");
        Assert.Contains("<conflict ", await first.ReadToEndAsync(), StringComparison.Ordinal);
        await romeo.SendMessageAsync(Conversation.Of("plays.edge.local"), "to the second");
        Assert.Contains("to the second", await second.ReadUntilAsync("</message>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Namespaces_are_each_streams_own()
    {
        await using var host = new XmppHost(settings: Two);
        var romeo = await host.BoundRawAsync("romeo");
        await romeo.SendAsync("<presence/>");
        await romeo.ReadUntilAsync("/>");
        var plays = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");
        await romeo.SendAsync("<message xmlns='jabber:client' to='plays.edge.local'><body>x</body></message>");
        Assert.DoesNotContain("jabber:client", await plays.ReadUntilAsync("</message>"), StringComparison.Ordinal);
        await plays.SendAsync("<message xmlns='jabber:component:accept' from='plays.edge.local' to='romeo@edge.local'><body>y</body></message>");
        var message = await romeo.ReadUntilAsync("</message>");
        Assert.Contains("<body>y</body>", message, StringComparison.Ordinal);
        Assert.DoesNotContain("component", message.Replace("plays.edge.local", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_component_that_says_nothing_is_asked_and_then_let_go()
    {
        await using var host = new XmppHost(settings: Two);
        var silent = await RawComponent.OpenAsync(host, "poems.example");
        var plays = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Contains("xmpp:loginSeconds", await silent.ReadToEndAsync(), StringComparison.Ordinal);
        host.Clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Contains("urn:xmpp:ping", await plays.ReadUntilAsync("</iq>"), StringComparison.Ordinal);
        host.Clock.Advance(TimeSpan.FromSeconds(130));
        Assert.Contains("xmpp:idleSeconds", await plays.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xmpp:components:a b:secret", "long enough", "xmpp:components:a b: a component's name")]
    [InlineData("xmpp:components:plays:secret", "short", "xmpp:components:plays: its secret cannot be read")]
    [InlineData("xmpp:components:plays:description", "Plays", "give one of xmpp:components:plays:secretFile")]
    [InlineData("xmpp:components:plays:secretFile", "/nowhere/at/all", "xmpp:components:plays:secretFile is '/nowhere/at/all'")]
    public async Task Wrong_settings_are_told(string key, string value, string expected)
    {
        await using var host = new XmppHost(settings: (key, value));
        var error = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => host.Get<Microsoft.Extensions.Options.IOptions<ComponentsOptions>>().Value);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("things", "xmpp:components:things: things.edge.local is a service of this server")]
    [InlineData("Provisioning.edge.local", "xmpp:components:Provisioning.edge.local: provisioning.edge.local is a service of this server")]
    [InlineData("edge.local", "xmpp:components:edge.local: this is the server's own domain")]
    [InlineData("plays.edge.local", "xmpp:components: plays and plays.edge.local are both plays.edge.local")]
    public async Task A_component_needs_a_name_of_its_own(string name, string expected)
    {
        await using var host = new XmppHost(settings: [("xmpp:components:plays:secret", "long enough"), ($"xmpp:components:{name}:secret", "long enough")]);
        var error = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => host.Get<ComponentServer>().StartAsync(CancellationToken.None));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_may_be_in_a_file_that_is_read_at_each_connection()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("secret"), "the first secret\n");
        await using var host = new XmppHost(settings: ("xmpp:components:plays:secretFile", folder.File("secret")));
        await RawComponent.ConnectAsync(host, "plays.edge.local", "the first secret");
        await File.WriteAllTextAsync(folder.File("secret"), "the second secret\n");
        await RawComponent.ConnectAsync(host, "plays.edge.local", "the second secret");
    }

    private static async Task<string[]> ServicesAsync(Edge.Xmpp.Client.XmppClient client) =>
        [.. (await client.RequestAsync(Conversation.Of("edge.local"), IqType.Get, new XElement(XName.Get("query", "http://jabber.org/protocol/disco#items"))))
            .Payload!.Elements().Select(i => (string)i.Attribute("jid")!)];
}
