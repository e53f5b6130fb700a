using Edge.Tests.Xmpp.Modules.Iot;
using Edge.Things;
using Edge.Things.Provisioning;

namespace Edge.Tests.Xmpp.Modules.Provisioning;

public sealed class ProvisioningTests
{
    private const string Device = "device@edge.local/rig";

    [Fact]
    public async Task The_service_advertises_both_sides_in_every_spelling()
    {
        await using var host = await IotHost.StartAsync();

        string[] features =
        [
            "urn:xmpp:iot:provisioning", "urn:nf:iot:prov:d:1.0", "urn:ieee:iot:prov:d:1.0", "urn:nfi:iot:prov:d:1.0", "urn:nf:iot:prov:o:1.0",
            "urn:ieee:iot:prov:o:1.0", "urn:nfi:iot:prov:o:1.0",
        ];
        Assert.Equal(features, host.FeaturesOf(IotHost.ProvisioningService));
    }

    [Fact]
    public async Task A_friend_is_one_whom_the_owner_allowed()
    {
        await using var host = await IotHost.StartAsync();
        var thing = await host.OwnDeviceAsync("device@edge.local");

        var before = await host.GetAsync(Device, IotHost.ProvisioningService, "<isFriend xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local/phone'/>");
        await host.AllowAsync(thing, Operation.Befriend);
        var after = await host.GetAsync(Device, IotHost.ProvisioningService, "<isFriend xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'/>");

        WireXml.Same("<isFriendResponse xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' result='false'/>", before.Payload);
        WireXml.Same("<isFriendResponse xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' result='true'/>", after.Payload);
    }

    [Fact]
    public async Task The_answer_about_one_device_does_not_hold_for_another()
    {
        await using var host = await IotHost.StartAsync();
        await host.AllowAsync(await host.OwnDeviceAsync("device@edge.local"), Operation.Befriend);
        await host.OwnDeviceAsync("neighbour@edge.local");

        var answer = await host.GetAsync("neighbour@edge.local/rig", IotHost.ProvisioningService, "<isFriend xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'/>");

        Assert.Equal("false", answer.Payload?.Attribute("result")?.Value);
    }

    [Fact]
    public async Task A_device_without_an_owner_is_told_no_and_nobody_is_asked()
    {
        await using var host = await IotHost.StartAsync();

        var answer = await host.GetAsync(Device, IotHost.ProvisioningService, "<canRead xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='true'/>");

        WireXml.Same("<canReadResponse xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='true' result='false'/>", answer.Payload);
        Assert.Empty(host.Provisioning.QuestionsFor(Jid.Parse(IotHost.Owner)));
    }

    [Fact]
    public async Task What_may_be_read_is_listed_where_it_is_less_than_was_asked()
    {
        await using var host = await IotHost.StartAsync();
        await host.AllowAsync(await host.OwnDeviceAsync("device@edge.local"), Operation.Read, "Energy", "Power");

        var all = await host.GetAsync(Device, IotHost.ProvisioningService,
            "<canRead xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='true' serviceToken='S'/>");
        var some = await host.GetAsync(Device, IotHost.ProvisioningService,
            "<canRead xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='true'><field name='Power'/><field name='Volume'/></canRead>");
        var just = await host.GetAsync(Device, IotHost.ProvisioningService,
            "<canRead xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='true'><field name='Power'/></canRead>");

        WireXml.Same("""
            <canReadResponse xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='true' result='true'>
              <field name='Energy'/><field name='Power'/>
            </canReadResponse>
            """, all.Payload);
        WireXml.Same("<canReadResponse xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='true' result='true'><field name='Power'/></canReadResponse>", some.Payload);
        WireXml.Same("<canReadResponse xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='true' result='true'/>", just.Payload);
    }

    [Fact]
    public async Task Nodes_behind_a_device_are_decided_one_by_one()
    {
        await using var host = await IotHost.StartAsync();
        await AllowNodeAsync(host, "Device02", "Energy", "Power");

        var answer = await host.GetAsync(Device, IotHost.ProvisioningService, """
            <canRead xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='true'>
              <node nodeId='Device02'/><node nodeId='Device03'/><field name='Power'/>
            </canRead>
            """);

        WireXml.Same("""
            <canReadResponse xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='true' result='true'>
              <node nodeId='Device02'/>
            </canReadResponse>
            """, answer.Payload);
    }

    [Fact]
    public async Task An_answer_never_means_more_than_every_node_in_it_allows()
    {
        await using var host = await IotHost.StartAsync();
        await AllowNodeAsync(host, "A", "Energy", "Power");
        await AllowNodeAsync(host, "B", "Power", "Volume");
        await AllowNodeAsync(host, "C", "Volume");

        var answer = await host.GetAsync(Device, IotHost.ProvisioningService, """
            <canRead xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'>
              <node nodeId='A'/><node nodeId='B'/><node nodeId='C'/><field name='Energy'/><field name='Power'/><field name='Volume'/>
            </canRead>
            """);

        WireXml.Same("""
            <canReadResponse xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' result='true'>
              <node nodeId='A'/><node nodeId='B'/><field name='Power'/>
            </canReadResponse>
            """, answer.Payload);
    }

    [Fact]
    public async Task What_may_be_controlled_is_listed_likewise()
    {
        await using var host = await IotHost.StartAsync();
        await host.AllowAsync(await host.OwnDeviceAsync("device@edge.local"), Operation.Control, "Output1", "Output2");

        var some = await host.GetAsync(Device, IotHost.ProvisioningService,
            "<canControl xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'><parameter name='Output1'/><parameter name='Output3'/></canControl>");
        var none = await host.GetAsync(Device, IotHost.ProvisioningService,
            "<canControl xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'><parameter name='Output3'/></canControl>");

        WireXml.Same("<canControlResponse xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' result='true'><parameter name='Output1'/></canControlResponse>", some.Payload);
        WireXml.Same("<canControlResponse xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' result='false'/>", none.Payload);
    }

    [Fact]
    public async Task The_later_spellings_are_answered_in_their_own_words()
    {
        await using var host = await IotHost.StartAsync();
        var thing = await host.OwnDeviceAsync("device@edge.local");
        await host.AllowAsync(thing, Operation.Read, "Power");
        await host.AllowAsync(thing, Operation.Control, "Output1");
        foreach (var ns in (string[])["urn:nf:iot:prov:d:1.0", "urn:ieee:iot:prov:d:1.0", "urn:nfi:iot:prov:d:1.0"])
        {
            var read = await host.GetAsync(Device, IotHost.ProvisioningService, $"<canRead xmlns='{ns}' jid='visitor@edge.local' m='true' st='S'/>");
            var spelled = await host.GetAsync(Device, IotHost.ProvisioningService,
                $"<canControl xmlns='{ns}' jid='visitor@edge.local'><parameter name='Output1'/><parameter name='Output2'/></canControl>");
            var brief = await host.GetAsync(Device, IotHost.ProvisioningService,
                $"<canControl xmlns='{ns}' jid='visitor@edge.local'><p n='Output1'/><p n='Output2'/></canControl>");

            WireXml.Same($"<canReadResponse xmlns='{ns}' jid='visitor@edge.local' m='true' result='true'><f n='Power'/></canReadResponse>", read.Payload);
            WireXml.Same($"<canControlResponse xmlns='{ns}' jid='visitor@edge.local' result='true'><parameter name='Output1'/></canControlResponse>", spelled.Payload);
            WireXml.Same($"<canControlResponse xmlns='{ns}' jid='visitor@edge.local' result='true'><p n='Output1'/></canControlResponse>", brief.Payload);
        }
    }

    [Theory]
    [InlineData("<isFriend xmlns='urn:xmpp:iot:provisioning'/>")]
    [InlineData("<isFriend xmlns='urn:xmpp:iot:provisioning' jid='@'/>")]
    [InlineData("<canRead xmlns='urn:xmpp:iot:provisioning' momentary='true'/>")]
    [InlineData("<canRead xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local' momentary='maybe'/>")]
    [InlineData("<canRead xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'><node/></canRead>")]
    [InlineData("<canControl xmlns='urn:xmpp:iot:provisioning' jid='visitor@edge.local'><parameter/></canControl>")]
    public async Task A_malformed_question_is_a_bad_request(string payload)
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnDeviceAsync("device@edge.local");

        Assert.Equal("bad-request", (await host.GetAsync(Device, IotHost.ProvisioningService, payload)).Error?.Condition);
        Assert.Empty(host.Provisioning.QuestionsFor(Jid.Parse(IotHost.Owner)));
    }

    [Fact]
    public async Task The_service_accepts_every_subscription_and_asks_for_one_in_return()
    {
        await using var host = await IotHost.StartAsync();

        await host.PresenceAsync("device@edge.local", IotHost.ProvisioningService, "subscribe");
        await host.PresenceAsync("device@edge.local", IotHost.ProvisioningService, "unsubscribe");

        Assert.Equal(["subscribed", null, "subscribe", "unsubscribed"], host.Sender.Sent.Select(s => s.Stanza.Attribute("type")?.Value));
        Assert.All(host.Sender.Sent, s => Assert.Equal((IotHost.ProvisioningService, "device@edge.local"), (s.From.ToString(), s.To.ToString())));
    }

    private static async Task AllowNodeAsync(IotHost host, string nodeId, params string[] names)
    {
        var thing = new ThingId(Jid.Parse(Device), new(nodeId));
        Edge.Things.Registry.Tag[] tags = [new("NAME", nodeId), new("KEY", "key-of-" + nodeId)];
        await host.Registry.RegisterAsync(thing, tags);
        Assert.NotNull(await host.Registry.ClaimAsync(Jid.Parse(IotHost.Owner), tags));
        await host.AllowAsync(thing, Operation.Read, names);
    }
}
