using Edge.TestKit;
using Edge.Tests.Xmpp.Modules.Iot;
using Edge.Things;
using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Modules.ThingRegistry;

public sealed class ThingRegistryTests
{
    private const string Desk = IotHost.Owner + "/desk";
    private const string Thing = "thing@edge.local/imc";
    private const string Tags = "<str name='SN' value='3948'/><str name='MAN' value='example.org'/><num name='V' value='1.2'/><str name='KEY' value='4857402340298342'/>";
    private const string TagsInAnotherOrder = "<str name='key' value='4857402340298342'/><num name='v' value='1.20'/><str name='man' value='example.org'/><str name='sn' value='3948'/>";

    [Fact]
    public async Task A_thing_is_registered_and_claimed_and_both_learn_the_others_address()
    {
        await using var host = await IotHost.StartAsync();
        host.Sender.SetOnline("thing@edge.local", Thing);

        var registered = await SendAsync(host, Thing, $"<register xmlns='urn:xmpp:iot:discovery'>{Tags}</register>");
        var claimed = await SendAsync(host, Desk, $"<mine xmlns='urn:xmpp:iot:discovery'>{TagsInAnotherOrder}</mine>");

        Assert.Equal(IqResult.Empty, registered with { Answered = null });
        WireXml.Same("<claimed xmlns='urn:xmpp:iot:discovery' jid='thing@edge.local' public='true'/>", claimed.Payload);
        await Eventually.HoldsAsync(() => !host.Sender.Requests.IsEmpty);
        var told = Assert.Single(host.Sender.Requests);
        Assert.Equal((IotHost.RegistryService, Thing), (told.From.ToString(), told.To.ToString()));
        WireXml.Same("<claimed xmlns='urn:xmpp:iot:discovery' jid='owner@edge.local' public='true'/>", told.Payload);
    }

    [Fact]
    public async Task A_thing_that_is_claimed_learns_its_owner_when_it_registers_again()
    {
        await using var host = await IotHost.StartAsync();
        await ClaimAsync(host, "public='false'");

        var again = await SendAsync(host, Thing, $"<register xmlns='urn:xmpp:iot:discovery'>{Tags}</register>");

        WireXml.Same("<claimed xmlns='urn:xmpp:iot:discovery' jid='owner@edge.local' public='false'/>", again.Payload);
    }

    [Fact]
    public async Task A_self_owned_thing_needs_no_claim()
    {
        await using var host = await IotHost.StartAsync();

        await SendAsync(host, Thing, $"<register xmlns='urn:xmpp:iot:discovery' selfOwned='true'>{Tags}</register>");

        var thing = host.Registry.Find(new(Jid.Parse(Thing)));
        Assert.Equal(("thing@edge.local", true), (thing?.Owner?.ToString(), thing?.IsPublic));
    }

    [Fact]
    public async Task A_thing_behind_a_concentrator_is_named_with_its_node()
    {
        await using var host = await IotHost.StartAsync();
        const string Rack = "rack@edge.local/plcs";
        host.Sender.SetOnline("rack@edge.local", Rack);
        await SendAsync(host, Rack, $"<register xmlns='urn:xmpp:iot:discovery' nodeId='imc1' sourceId='MeteringTopology' cacheType='Node'>{Tags}</register>");

        var claimed = await SendAsync(host, Desk, $"<mine xmlns='urn:xmpp:iot:discovery'>{Tags}</mine>");

        WireXml.Same("<claimed xmlns='urn:xmpp:iot:discovery' jid='rack@edge.local' nodeId='imc1' sourceId='MeteringTopology' cacheType='Node' public='true'/>", claimed.Payload);
        await Eventually.HoldsAsync(() => !host.Sender.Requests.IsEmpty);
        WireXml.Same("<claimed xmlns='urn:xmpp:iot:discovery' jid='owner@edge.local' nodeId='imc1' sourceId='MeteringTopology' cacheType='Node' public='true'/>",
            Assert.Single(host.Sender.Requests).Payload);
    }

    [Fact]
    public async Task A_node_of_our_own_concentrator_is_claimed_without_a_stanza_to_it()
    {
        await using var host = await IotHost.StartAsync();
        host.Sender.SetOnline(IotHost.Concentrator, IotHost.Concentrator);
        await host.Registry.RegisterAsync(new(Jid.Parse(IotHost.Concentrator), new("s1", "bus")), [new("SN", "1"), new("KEY", "secret")]);

        var claimed = await SendAsync(host, Desk, "<mine xmlns='urn:xmpp:iot:discovery'><str name='SN' value='1'/><str name='KEY' value='secret'/></mine>");

        WireXml.Same("<claimed xmlns='urn:xmpp:iot:discovery' jid='concentrator.edge.local' nodeId='s1' sourceId='bus' public='true'/>", claimed.Payload);
        Assert.Empty(host.Sender.Requests);
    }

    [Theory]
    [InlineData("<str name='SN' value='3948'/><str name='MAN' value='example.org'/><num name='V' value='1.2'/><str name='KEY' value='0'/>")]
    [InlineData("<str name='SN' value='3948'/><str name='MAN' value='example.org'/><num name='V' value='1.2'/>")]
    [InlineData("<str name='KEY' value='4857402340298342'/>")]
    [InlineData("")]
    public async Task A_claim_that_is_not_exact_is_told_nothing(string tags)
    {
        await using var host = await IotHost.StartAsync();
        await SendAsync(host, Thing, $"<register xmlns='urn:xmpp:iot:discovery'>{Tags}</register>");

        var answer = await SendAsync(host, Desk, $"<mine xmlns='urn:xmpp:iot:discovery'>{tags}</mine>");

        Assert.Equal(StanzaError.ItemNotFound, answer.Error);
    }

    [Fact]
    public async Task Nobody_claims_what_is_claimed()
    {
        await using var host = await IotHost.StartAsync();
        await ClaimAsync(host);

        var answer = await SendAsync(host, IotHost.Visitor, $"<mine xmlns='urn:xmpp:iot:discovery'>{Tags}</mine>");

        Assert.Equal(StanzaError.ItemNotFound, answer.Error);
    }

    [Fact]
    public async Task Tags_are_updated_by_the_thing_and_by_its_owner_alone()
    {
        await using var host = await IotHost.StartAsync();
        await ClaimAsync(host);

        var byThing = await SendAsync(host, Thing, "<update xmlns='urn:xmpp:iot:discovery'><str name='CLASS' value='PLC'/><str name='MAN' value=''/></update>");
        var byOwner = await SendAsync(host, Desk, "<update xmlns='urn:xmpp:iot:discovery' jid='thing@edge.local'><str name='ROOM' value='Hall'/></update>");
        var byStranger = await SendAsync(host, IotHost.Visitor, "<update xmlns='urn:xmpp:iot:discovery' jid='thing@edge.local'><str name='ROOM' value='Mine'/></update>");
        var byNobody = await SendAsync(host, IotHost.Visitor, "<update xmlns='urn:xmpp:iot:discovery'><str name='ROOM' value='Mine'/></update>");

        Assert.Equal([null, null, "item-not-found", "item-not-found"], new[] { byThing, byOwner, byStranger, byNobody }.Select(a => a.Error?.Condition));
        var thing = host.Registry.Find(new(Jid.Parse(Thing)))!;
        Assert.Equal(("PLC", "Hall", null), (thing.Text("CLASS"), thing.Text("ROOM"), thing.Text("MAN")));
    }

    [Fact]
    public async Task A_thing_without_an_owner_learns_that_when_it_updates()
    {
        await using var host = await IotHost.StartAsync();
        await SendAsync(host, Thing, $"<register xmlns='urn:xmpp:iot:discovery'>{Tags}</register>");

        var answer = await SendAsync(host, Thing, "<update xmlns='urn:xmpp:iot:discovery'><str name='CLASS' value='PLC'/></update>");

        WireXml.Same("<disowned xmlns='urn:xmpp:iot:discovery'/>", answer.Payload);
    }

    [Fact]
    public async Task The_owner_takes_his_thing_out_of_searches_and_the_thing_is_told()
    {
        await using var host = await IotHost.StartAsync();
        await ClaimAsync(host);
        host.Sender.SetOnline("thing@edge.local", Thing);

        var byStranger = await SendAsync(host, IotHost.Visitor, "<remove xmlns='urn:xmpp:iot:discovery' jid='thing@edge.local'/>");
        var byOwner = await SendAsync(host, Desk, "<remove xmlns='urn:xmpp:iot:discovery' jid='thing@edge.local'/>");

        Assert.Equal("item-not-found", byStranger.Error?.Condition);
        Assert.True(byOwner.IsSuccess);
        await Eventually.HoldsAsync(() => !host.Sender.Requests.IsEmpty);
        WireXml.Same("<removed xmlns='urn:xmpp:iot:discovery'/>", Assert.Single(host.Sender.Requests).Payload);
    }

    [Fact]
    public async Task A_thing_is_given_up_only_when_it_knows()
    {
        await using var host = await IotHost.StartAsync();
        await ClaimAsync(host);

        var offline = await SendAsync(host, Desk, "<disown xmlns='urn:xmpp:iot:discovery' jid='thing@edge.local'/>");
        host.Sender.SetOnline("thing@edge.local", Thing);
        var silent = await SendAsync(host, Desk, "<disown xmlns='urn:xmpp:iot:discovery' jid='thing@edge.local'/>");
        Assert.Equal("owner@edge.local", host.Registry.Find(new(Jid.Parse(Thing)))?.Owner?.ToString());
        host.Sender.Requests.Clear();
        host.Sender.Answer = _ => Task.FromResult(IqResult.Empty);
        var byStranger = await SendAsync(host, IotHost.Visitor, "<disown xmlns='urn:xmpp:iot:discovery' jid='thing@edge.local'/>");
        var done = await SendAsync(host, Desk, "<disown xmlns='urn:xmpp:iot:discovery' jid='thing@edge.local'/>");

        Assert.Equal(["not-allowed", "not-allowed", "item-not-found", null], new[] { offline, silent, byStranger, done }.Select(a => a.Error?.Condition));
        Assert.Null(host.Registry.Find(new(Jid.Parse(Thing)))?.Owner);
        WireXml.Same("<disowned xmlns='urn:xmpp:iot:discovery'/>", Assert.Single(host.Sender.Requests, r => r.Payload.Name.LocalName == "disowned").Payload);
    }

    [Fact]
    public async Task A_thing_that_its_owner_gave_up_in_the_portal_is_told_too()
    {
        await using var host = await IotHost.StartAsync();
        await ClaimAsync(host);
        host.Sender.SetOnline("thing@edge.local", Thing);

        await host.Registry.DisownAsync(Jid.Parse(IotHost.Owner), new(Jid.Parse(Thing)));

        await Eventually.HoldsAsync(() => host.Sender.Requests.Any(r => r.Payload.Name.LocalName == "disowned"));
    }

    [Fact]
    public async Task To_unregister_never_fails_and_forgets()
    {
        await using var host = await IotHost.StartAsync();
        await ClaimAsync(host);
        host.Sender.SetOnline("thing@edge.local", Thing);

        var first = await SendAsync(host, Thing, "<unregister xmlns='urn:xmpp:iot:discovery'/>");
        var second = await SendAsync(host, Thing, "<unregister xmlns='urn:xmpp:iot:discovery'/>");

        Assert.True(first.IsSuccess && second.IsSuccess);
        Assert.Null(host.Registry.Find(new(Jid.Parse(Thing))));
        Assert.DoesNotContain(host.Sender.Requests, r => r.Payload.Name.LocalName == "disowned");
    }

    [Fact]
    public async Task Nobody_registers_or_unregisters_in_anothers_name()
    {
        await using var host = await IotHost.StartAsync();
        await ClaimAsync(host);

        await SendAsync(host, IotHost.Visitor, $"<register xmlns='urn:xmpp:iot:discovery' jid='other@edge.local'>{Tags}</register>");
        Assert.NotNull(host.Registry.Find(new(Jid.Parse("visitor@edge.local"))));
        await SendAsync(host, IotHost.Visitor, "<unregister xmlns='urn:xmpp:iot:discovery' jid='thing@edge.local'/>");

        Assert.Null(host.Registry.Find(new(Jid.Parse("other@edge.local"))));
        Assert.NotNull(host.Registry.Find(new(Jid.Parse(Thing))));
    }

    [Fact]
    public async Task The_later_spellings_are_answered_in_their_own_words()
    {
        foreach (var ns in (string[])["urn:nf:iot:disco:1.0", "urn:ieee:iot:disco:1.0", "urn:nfi:iot:disco:1.0"])
        {
            await using var host = await IotHost.StartAsync();
            host.Sender.SetOnline("thing@edge.local", Thing);
            await SendAsync(host, Thing, $"<register xmlns='{ns}' id='imc1' src='metering' pt='p'>{Tags}</register>");

            var claimed = await SendAsync(host, Desk, $"<mine xmlns='{ns}'>{Tags}</mine>");

            WireXml.Same($"<claimed xmlns='{ns}' jid='thing@edge.local' id='imc1' src='metering' pt='p' public='true'/>", claimed.Payload);
            await Eventually.HoldsAsync(() => !host.Sender.Requests.IsEmpty);
            WireXml.Same($"<claimed xmlns='{ns}' jid='owner@edge.local' id='imc1' src='metering' pt='p' public='true'/>", Assert.Single(host.Sender.Requests).Payload);
        }
    }

    [Fact]
    public async Task A_thing_has_so_many_seconds_to_acknowledge()
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:thingRegistry:acknowledgeSeconds", "3"));
        await ClaimAsync(host);
        host.Sender.SetOnline("thing@edge.local", Thing);

        await SendAsync(host, Desk, "<disown xmlns='urn:xmpp:iot:discovery' jid='thing@edge.local'/>");

        Assert.Equal(TimeSpan.FromSeconds(3), host.Sender.LastTimeout);
    }

    [Fact]
    public async Task The_words_of_only_so_many_things_are_remembered()
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:thingRegistry:maxThingsOnline", "1"));
        await SendAsync(host, "first@edge.local/x", "<register xmlns='urn:nf:iot:disco:1.0'><str name='KEY' value='1'/></register>");
        host.Sender.SetOnline("thing@edge.local", Thing);
        await SendAsync(host, Thing, $"<register xmlns='urn:nf:iot:disco:1.0'>{Tags}</register>");

        await SendAsync(host, Desk, $"<mine xmlns='urn:nf:iot:disco:1.0'>{Tags}</mine>");

        await Eventually.HoldsAsync(() => !host.Sender.Requests.IsEmpty);
        Assert.Equal("urn:xmpp:iot:discovery", Assert.Single(host.Sender.Requests).Payload.Name.NamespaceName);
    }

    [Fact]
    public async Task Too_many_tags_are_refused_with_the_key_of_the_limit()
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:iot:maxNamesPerRequest", "3"));
        await using var full = await IotHost.StartAsync(null, ("things:maxTagsPerThing", "6"));

        var byRequest = await SendAsync(host, Thing, $"<register xmlns='urn:xmpp:iot:discovery'>{Tags}</register>");
        var byThing = await SendAsync(full, Thing, $"<register xmlns='urn:xmpp:iot:discovery'>{Tags}<str name='A' value='1'/><str name='B' value='1'/><str name='C' value='1'/></register>");

        Assert.Contains("xmpp:iot:maxNamesPerRequest", byRequest.Error!.Text!, StringComparison.Ordinal);
        Assert.Equal("not-acceptable", byThing.Error!.Condition);
        Assert.Contains("things:maxTagsPerThing", byThing.Error.Text!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<register xmlns='urn:xmpp:iot:discovery'/>")]
    [InlineData("<register xmlns='urn:xmpp:iot:discovery'><str name='S N' value='1'/></register>")]
    [InlineData("<register xmlns='urn:xmpp:iot:discovery'><str name='S:N' value='1'/></register>")]
    [InlineData("<register xmlns='urn:xmpp:iot:discovery'><str name='#SN' value='1'/></register>")]
    [InlineData("<register xmlns='urn:xmpp:iot:discovery'><str name='SN'/></register>")]
    [InlineData("<register xmlns='urn:xmpp:iot:discovery'><str name='SN' value='1'/><str name='sn' value='2'/></register>")]
    [InlineData("<register xmlns='urn:xmpp:iot:discovery'><num name='V' value='one'/></register>")]
    [InlineData("<register xmlns='urn:xmpp:iot:discovery'><num name='V' value='NaN'/></register>")]
    [InlineData("<register xmlns='urn:xmpp:iot:discovery'><bool name='V' value='true'/></register>")]
    [InlineData("<register xmlns='urn:xmpp:iot:discovery' selfOwned='maybe'><str name='SN' value='1'/></register>")]
    [InlineData("<mine xmlns='urn:xmpp:iot:discovery' public='maybe'><str name='SN' value='1'/></mine>")]
    [InlineData("<remove xmlns='urn:xmpp:iot:discovery'/>")]
    [InlineData("<disown xmlns='urn:xmpp:iot:discovery' jid='@'/>")]
    public async Task A_malformed_request_stores_nothing(string payload)
    {
        await using var host = await IotHost.StartAsync();

        Assert.Equal("bad-request", (await SendAsync(host, Thing, payload)).Error?.Condition);
        Assert.DoesNotContain(host.Registry.All, t => t.Id.Jid.Local.Length > 0);
    }

    private static Task<IqResult> SendAsync(IotHost host, string from, string payload) => host.SetAsync(from, IotHost.RegistryService, payload);

    private static async Task ClaimAsync(IotHost host, string attributes = "")
    {
        await SendAsync(host, Thing, $"<register xmlns='urn:xmpp:iot:discovery'>{Tags}</register>");
        Assert.True((await SendAsync(host, Desk, $"<mine xmlns='urn:xmpp:iot:discovery' {attributes}>{Tags}</mine>")).IsSuccess);
    }
}
