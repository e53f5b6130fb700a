using System.Xml.Linq;

using Edge.TestKit;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Registry;
using Edge.Xmpp;
using Edge.Xmpp.External;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.External;

public sealed class ExternalModeTests
{
    [Fact]
    public async Task A_component_proves_its_secret_and_never_shows_it()
    {
        await using var gateway = await OtherServer.StartAsync();
        var (server, opening) = await gateway.AcceptAsync();

        var handshake = await OtherServer.WelcomeAsync(server);

        Assert.Contains("to='things.edge.local'", opening, StringComparison.Ordinal);
        Assert.Equal(ComponentHandshake.Of("s1", OtherServer.Secret), handshake);
        await Eventually.HoldsAsync(() => gateway.Link("things").Address is not null);
    }

    [Fact]
    public void The_handshake_is_that_of_the_specifications_example() =>
        Assert.Equal("aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e", ComponentHandshake.Of("3BF96D32", "test")); // XEP-0114 §3

    [Fact]
    public async Task Requests_reach_the_modules_and_their_answers_go_back()
    {
        await using var gateway = await OtherServer.StartAsync();
        var things = (await gateway.AcceptAllAsync())["things"];

        await things.SendAsync("<iq type='get' id='1' from='a@edge.local/x' to='things.edge.local'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
        var info = await things.ReadUntilAsync("</iq>");
        await things.SendAsync("<iq type='get' id='2' from='a@edge.local/x' to='things.edge.local'><query xmlns='urn:unheard'/></iq>");
        var unheard = await things.ReadUntilAsync("</iq>");
        await things.SendAsync("<iq type='get' id='3' from='a@edge.local/x' to='things.edge.local'/>");
        var empty = await things.ReadUntilAsync("</iq>");

        Assert.StartsWith("<iq type='result' id='1' from='things.edge.local' to='a@edge.local/x'><query", info, StringComparison.Ordinal);
        Assert.Contains("urn:xmpp:iot:discovery", info, StringComparison.Ordinal);
        Assert.Contains("<service-unavailable", unheard, StringComparison.Ordinal);
        Assert.Contains("<bad-request", empty, StringComparison.Ordinal);
        Assert.DoesNotContain("jabber:client", info + unheard + empty, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_on_the_connection_of_another_component_is_served_by_whom_it_is_for()
    {
        await using var gateway = await OtherServer.StartAsync();
        var provisioning = (await gateway.AcceptAllAsync())["provisioning"];

        await provisioning.SendAsync("<iq type='get' id='1' from='a@edge.local/x' to='things.edge.local'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");

        Assert.Contains("urn:xmpp:iot:discovery", await provisioning.ReadUntilAsync("</iq>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thing_that_was_heard_of_is_told_that_it_was_claimed()
    {
        await using var gateway = await OtherServer.StartAsync();
        var things = (await gateway.AcceptAllAsync())["things"];
        const string Tags = "<str name='SN' value='42'/><str name='KEY' value='secret'/>";

        await things.SendAsync($"<iq type='set' id='1' from='device@edge.local/d' to='things.edge.local'><register xmlns='urn:xmpp:iot:discovery'>{Tags}</register></iq>");
        Assert.Contains("type='result'", await things.ReadUntilAsync("/>"), StringComparison.Ordinal);
        await things.SendAsync($"<iq type='set' id='2' from='ann@edge.local/p' to='things.edge.local'><mine xmlns='urn:xmpp:iot:discovery'>{Tags}</mine></iq>");
        var both = await things.ReadUntilAsync("</iq>") + await things.ReadUntilAsync("</iq>");

        var told = both.Split("<iq ").Single(s => s.Contains("to='device@edge.local/d'", StringComparison.Ordinal));
        Assert.Contains("<claimed xmlns='urn:xmpp:iot:discovery' jid='ann@edge.local'", told, StringComparison.Ordinal);
        Assert.StartsWith("type='set'", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_of_a_client_is_taken_from_that_client_only()
    {
        await using var gateway = await OtherServer.StartAsync();
        var things = (await gateway.AcceptAllAsync())["things"];
        await Eventually.HoldsAsync(() => gateway.Link("things").Address is not null);

        var asking = gateway.Get<IStanzaSender>().RequestAsync(
            Jid.Parse("things.edge.local"), Jid.Parse("device@edge.local/d"), IqType.Get, new("{urn:x}ask"), TimeSpan.FromSeconds(10));
        var id = (await things.ReadUntilAsync("</iq>")).Split("id='")[1].Split('\'')[0];
        await things.SendAsync($"<iq type='result' id='{id}' from='other@edge.local/d' to='things.edge.local'><no xmlns='urn:x'/></iq>");
        await things.SendAsync($"<iq type='result' id='{id}' from='device@edge.local/d' to='things.edge.local'><yes xmlns='urn:x'/></iq>");

        Assert.Equal("yes", (await asking).Payload?.Name.LocalName);
    }

    [Fact]
    public async Task Without_a_connection_a_request_fails_at_once_and_is_counted()
    {
        await using var gateway = await OtherServer.StartAsync();

        var answer = await gateway.Get<IStanzaSender>().RequestAsync(
            Jid.Parse("things.edge.local"), Jid.Parse("device@edge.local/d"), IqType.Get, new("{urn:x}ask"), TimeSpan.FromSeconds(10));

        Assert.Equal("service-unavailable", answer.Error?.Condition);
        Assert.Equal(1, gateway.Link("things").Counters.Dropped);
    }

    [Fact]
    public async Task Components_that_are_refused_come_again()
    {
        await using var gateway = await OtherServer.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            var (server, _) = await gateway.AcceptAsync();
            await server.SendAsync("<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' id='s1' from='x'>"
                + "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
            await server.ReadToEndAsync();
        }

        var accepting = gateway.AcceptAllAsync();
        await Eventually.HoldsAsync(() =>
        {
            gateway.Clock.Advance(TimeSpan.FromSeconds(1));
            return accepting.IsCompleted;
        });
        await accepting;

        await Eventually.HoldsAsync(() => gateway.Link("things").Address is not null && gateway.Link("provisioning").Address is not null);
    }

    [Fact]
    public async Task The_concentrator_signs_in_as_an_account_and_answers_there()
    {
        await using var gateway = await OtherServer.StartAsync();
        await Eventually.HoldsAsync(() => gateway.Link("concentrator").Address is not null);
        var romeo = await gateway.Accounts.OnlineAsync("romeo");

        var info = await romeo.RequestAsync(
            Jid.Parse("concentrator@edge.local/edge"), IqType.Get, new XElement("{http://jabber.org/protocol/disco#info}query"));
        var form = await romeo.RequestAsync(
            Jid.Parse("concentrator@edge.local/edge"), IqType.Get,
            XElement.Parse("<getForm xmlns='urn:xmpp:iot:control'><node nodeId='nothing'/></getForm>"));

        Assert.Equal("concentrator@edge.local", gateway.Get<IConcentrator>().Address.ToString());
        Assert.Contains(info.Payload!.Elements(), e => e.Attribute("var")?.Value == "urn:xmpp:iot:control");
        Assert.Equal("item-not-found", form.Error?.Condition);
    }

    [Fact]
    public async Task The_account_may_begin_with_TLS()
    {
        await using var gateway = await OtherServer.StartAsync(("xmpp:external:directTls", "true"), ("xmpp:external:port", "5223"));

        await Eventually.HoldsAsync(() => gateway.Link("concentrator").Address is not null);
    }

    [Fact]
    public async Task The_concentrator_shows_its_presence_to_owners_only()
    {
        await using var gateway = await OtherServer.StartAsync();
        await Eventually.HoldsAsync(() => gateway.Link("concentrator").Address is not null);
        var concentrator = gateway.Get<IConcentrator>();
        Tag[] tags = [new("SN", "1"), new("KEY", "k")];
        await gateway.Get<IThingRegistry>().RegisterAsync(concentrator.Identify(new("s1", "bus")), tags);
        Assert.NotNull(await gateway.Get<IThingRegistry>().ClaimAsync(Jid.Parse("romeo@edge.local"), tags));
        var (romeo, juliet) = (await gateway.Accounts.OnlineAsync("romeo"), await gateway.Accounts.OnlineAsync("juliet"));

        await romeo.SendPresenceAsync("subscribe", "concentrator@edge.local");
        await juliet.SendPresenceAsync("subscribe", "concentrator@edge.local");

        await romeo.PresenceAsync("subscribed", "concentrator@edge.local");
        await juliet.PresenceAsync("unsubscribed", "concentrator@edge.local");
    }

    [Fact]
    public async Task Of_whom_nothing_is_known_the_account_itself_is_written_to()
    {
        await using var gateway = await OtherServer.StartAsync();
        var provisioning = (await gateway.AcceptAllAsync())["provisioning"];
        var sender = gateway.Get<IStanzaSender>();
        Assert.Equal(["ann@edge.local"], sender.OnlineResources(Jid.Parse("ann@edge.local")).Select(j => j.ToString()));

        await provisioning.SendAsync("<presence from='ann@edge.local/phone' to='provisioning.edge.local'/>");
        await Eventually.HoldsAsync(() => sender.OnlineResources(Jid.Parse("ann@edge.local"))[0].Resource == "phone");
        await provisioning.SendAsync("<presence type='unavailable' from='ann@edge.local/phone' to='provisioning.edge.local'/>");
        await Eventually.HoldsAsync(() => sender.OnlineResources(Jid.Parse("ann@edge.local"))[0].IsBare);
    }

    [Fact]
    public async Task A_silent_server_is_asked_and_then_given_up()
    {
        await using var gateway = await OtherServer.StartAsync(("xmpp:external:pingSeconds", "30"));
        var things = (await gateway.AcceptAllAsync())["things"];
        await Eventually.HoldsAsync(() => gateway.Link("things").Address is not null);
        await Eventually.HoldsAsync(() =>
        {
            gateway.Clock.Advance(TimeSpan.FromSeconds(10));
            return gateway.Link("things").Address is null;
        });

        Assert.Contains("urn:xmpp:ping", await things.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stanza_that_cannot_be_read_is_left_out_and_the_link_stays()
    {
        await using var gateway = await OtherServer.StartAsync();
        var provisioning = (await gateway.AcceptAllAsync())["provisioning"];
        var link = gateway.Link("provisioning");
        await Eventually.HoldsAsync(() => link.Address is not null);
        await provisioning.SendAsync("<message from='ann@edge.local/phone' to='provisioning.edge.local'><odd:x/></message>");
        await provisioning.SendAsync("<presence from='ann@edge.local/phone' to='provisioning.edge.local'/>");

        var sender = gateway.Get<IStanzaSender>();
        await Eventually.HoldsAsync(() => sender.OnlineResources(Jid.Parse("ann@edge.local"))[0].Resource == "phone");
        Assert.Equal((1, 1), (link.Counters.Connects, link.Counters.Received));
    }

    [Theory]
    [InlineData("<message>", true)]
    [InlineData("<c:presence to='x'/>", true)]
    [InlineData("<iq\n type='get'/>", true)]
    [InlineData("<messages/>", false)]
    [InlineData("<r xmlns='urn:xmpp:sm:3'/>", false)]
    public void What_counts_as_a_stanza_is_told_by_its_name(string element, bool expected) =>
        Assert.Equal(expected, StanzaNames.IsStanza(System.Text.Encoding.UTF8.GetBytes(element)));

    [Fact]
    public void Waiting_doubles_up_to_the_most_and_is_shortened_by_chance()
    {
        var backOff = new BackOff(TimeSpan.FromSeconds(10));
        foreach (var most in (int[])[1, 2, 4, 8, 10, 10]) Assert.InRange(backOff.Next(), TimeSpan.FromSeconds(most / 2.0), TimeSpan.FromSeconds(most));

        backOff.Reset();
        Assert.InRange(backOff.Next(), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
    }
}
