using System.Xml.Linq;

using Edge.Tests.Xmpp.Modules.Iot;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.Control;

namespace Edge.Tests.Xmpp.Modules.Control;

public sealed class ControlTests
{
    private const string Owner = IotHost.Owner + "/desk";
    private static readonly XNamespace Ctr = "urn:xmpp:iot:control";
    private static readonly XNamespace Data = "jabber:x:data";

    [Fact]
    public async Task A_stranger_is_refused_and_the_owner_is_asked()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        var answer = await host.SetAsync(IotHost.Visitor, IotHost.Concentrator,
            "<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><boolean name='led' value='true'/></set>");

        Assert.Equal(("cancel", "forbidden"), (answer.Error?.Type, answer.Error?.Condition));
        WireXml.Same("<setResponse xmlns='urn:xmpp:iot:control' responseCode='InsufficientPrivileges'/>", answer.Payload);
        Assert.Empty(host.Bus.Controls);
        Assert.Equal(NameSet.Of("led"), Assert.Single(host.Provisioning.QuestionsFor(Jid.Parse(IotHost.Owner))).Names);
    }

    [Fact]
    public async Task What_is_allowed_is_done_and_one_parameter_that_is_not_stops_all()
    {
        await using var host = await IotHost.StartAsync();
        await host.AllowAsync(await host.OwnAsync("s1"), Operation.Control, "led");

        var allowed = await host.SetAsync(IotHost.Visitor, IotHost.Concentrator,
            "<set xmlns='urn:xmpp:iot:control' xml:lang='en'><node nodeId='s1'/><boolean name='led' value='true'/></set>");
        var refused = await host.SetAsync(IotHost.Visitor, IotHost.Concentrator,
            "<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><boolean name='led' value='false'/><int name='interval' value='5'/></set>");

        WireXml.Same("<setResponse xmlns='urn:xmpp:iot:control' responseCode='OK'/>", allowed.Payload);
        Assert.Equal("forbidden", refused.Error?.Condition);
        var control = Assert.Single(host.Bus.Controls).Request;
        Assert.Equal("led", Assert.Single(control.Parameters).Name);
        Assert.True(control.Parameters[0].Value.AsBoolean);
        Assert.Equal(IotHost.Visitor, control.From.ToString());
    }

    [Fact]
    public async Task Every_type_reaches_the_node_in_the_order_sent()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        var answer = await host.SetAsync(Owner, IotHost.Concentrator, """
            <set xmlns='urn:xmpp:iot:control'>
              <node nodeId='s1' sourceId='bus'/>
              <long name='interval' value='3000000000'/>
              <double name='target' value='21.50'/>
              <string name='label' value='Kitchen'/>
              <dateTime name='alarm' value='2026-05-02T07:00:00'/>
              <duration name='delay' value='PT3M30S'/>
              <boolean name='led' value='0'/>
            </set>
            """);

        Assert.True(answer.IsSuccess);
        var sent = Assert.Single(host.Bus.Controls).Request.Parameters;
        Assert.Equal(["interval", "target", "label", "alarm", "delay", "led"], sent.Select(p => p.Name));
        Assert.Equal(["3000000000", "21.50", "Kitchen", "2026-05-02T07:00:00Z", "PT3M30S", "false"], sent.Select(p => p.Value.ToString()));
    }

    [Theory]
    [InlineData("<int name='interval' value='60'/>", "60")]
    [InlineData("<double name='interval' value='60'/>", "60")]
    [InlineData("<int name='target' value='20'/>", "20")]
    [InlineData("<date name='alarm' value='2026-05-02'/>", "2026-05-02T00:00:00Z")]
    [InlineData("<time name='delay' value='08:00:00'/>", "PT8H")]
    [InlineData("<color name='label' value='3399FF'/>", "3399FF")]
    public async Task A_type_that_fits_without_loss_is_taken(string parameter, string value)
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        var answer = await host.SetAsync(Owner, IotHost.Concentrator, $"<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/>{parameter}</set>");

        Assert.True(answer.IsSuccess, answer.Error?.ToString());
        Assert.Equal(value, Assert.Single(host.Bus.Controls).Request.Parameters[0].Value.ToString());
    }

    [Theory]
    [InlineData("<boolean name='led' value='yes'/>", "led", "bad-request")]
    [InlineData("<string name='led' value='true'/>", "led", "bad-request")]
    [InlineData("<int name='led' value='1'/>", "led", "bad-request")]
    [InlineData("<int name='interval' value='3000000000'/>", "interval", "bad-request")]
    [InlineData("<double name='interval' value='1.5'/>", "interval", "bad-request")]
    [InlineData("<double name='target' value='NaN'/>", "target", "bad-request")]
    [InlineData("<double name='target' value='INF'/>", "target", "bad-request")]
    [InlineData("<double name='target' value='1e999'/>", "target", "bad-request")]
    [InlineData("<color name='label' value='red'/>", "label", "bad-request")]
    [InlineData("<dateTime name='alarm' value='tomorrow'/>", "alarm", "bad-request")]
    [InlineData("<duration name='delay' value='5 minutes'/>", "delay", "bad-request")]
    [InlineData("<duration name='delay' value='P99999999999Y'/>", "delay", "bad-request")]
    [InlineData("<boolean name='lamp' value='true'/>", "lamp", "item-not-found")]
    public async Task A_parameter_that_does_not_fit_is_named(string parameter, string name, string condition)
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        var answer = await host.SetAsync(Owner, IotHost.Concentrator,
            $"<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><boolean name='led' value='true'/>{parameter}</set>");

        Assert.Equal(condition, answer.Error?.Condition);
        var detail = Assert.Single(answer.Error!.Details);
        Assert.Equal((Ctr + "paramError", name), (detail.Name, detail.Attribute("var")?.Value));
        Assert.NotEmpty(detail.Value);
        Assert.Empty(host.Bus.Controls);
    }

    [Theory]
    [InlineData("<set xmlns='urn:xmpp:iot:control'><boolean name='led' value='true'/></set>", "bad-request")]
    [InlineData("<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/></set>", "bad-request")]
    [InlineData("<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><boolean name='led'/></set>", "bad-request")]
    [InlineData("<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><boolean value='true'/></set>", "bad-request")]
    [InlineData("<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><enum name='led' value='true'/></set>", "bad-request")]
    [InlineData("<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><boolean xmlns='' name='led' value='true'/></set>", "bad-request")]
    [InlineData("<set xmlns='urn:xmpp:iot:control'><node nodeId='nobody'/><boolean name='led' value='true'/></set>", "item-not-found")]
    public async Task A_malformed_command_does_nothing(string payload, string condition)
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        Assert.Equal(condition, (await host.SetAsync(Owner, IotHost.Concentrator, payload)).Error?.Condition);
        Assert.Empty(host.Bus.Controls);
    }

    [Theory]
    [InlineData(NodeOutcome.BadValue, "modify", "bad-request")]
    [InlineData(NodeOutcome.Unreachable, "wait", "remote-server-timeout")]
    [InlineData(NodeOutcome.Failed, "cancel", "internal-server-error")]
    [InlineData(NodeOutcome.NotFound, "cancel", "item-not-found")]
    [InlineData(NodeOutcome.Forbidden, "cancel", "forbidden")]
    public async Task What_the_node_answers_has_its_condition(NodeOutcome outcome, string type, string condition)
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        host.Bus.Control = (_, _) => Task.FromResult(new NodeControlResult(outcome, [], "led", "Says the node."));

        var answer = await host.SetAsync(Owner, IotHost.Concentrator,
            "<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><boolean name='led' value='true'/></set>");

        Assert.Equal((type, condition), (answer.Error?.Type, answer.Error?.Condition));
    }

    [Fact]
    public async Task Nodes_that_obeyed_among_nodes_that_were_refused_are_listed()
    {
        await using var host = await IotHost.StartAsync();
        await host.AllowAsync(await host.OwnAsync("s2"), Operation.Control, "led");
        await host.OwnAsync("s1");

        var answer = await host.SetAsync(IotHost.Visitor, IotHost.Concentrator,
            "<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><node nodeId='s2'/><boolean name='led' value='true'/></set>");

        WireXml.Same("<setResponse xmlns='urn:xmpp:iot:control' responseCode='OK'><node nodeId='s2' sourceId='bus'/></setResponse>", answer.Payload);
        Assert.Equal("s2", Assert.Single(host.Bus.Controls).NodeId);
    }

    [Fact]
    public async Task A_command_by_message_is_carried_out_and_never_answered()
    {
        await using var host = await IotHost.StartAsync();
        await host.AllowAsync(await host.OwnAsync("s1"), Operation.Control, "led");
        var sentBefore = host.Sender.Sent.Count;

        await host.MessageAsync(IotHost.Visitor, IotHost.Concentrator, "<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><boolean name='led' value='true'/></set>", "set");
        await host.MessageAsync(IotHost.Visitor, IotHost.Concentrator, "<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><boolean name='lamp' value='true'/></set>");
        await host.MessageAsync(IotHost.Visitor, IotHost.Concentrator, "<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><boolean name='led' value='true'/></set>", "error");

        Assert.Single(host.Bus.Controls);
        Assert.Equal(sentBefore, host.Sender.Sent.Count);
    }

    [Fact]
    public async Task The_form_shows_its_reader_what_he_may_set_and_no_values()
    {
        await using var host = await IotHost.StartAsync();
        await host.AllowAsync(await host.OwnAsync("s1"), Operation.Control, "led", "target");

        var answer = await host.GetAsync(IotHost.Visitor, IotHost.Concentrator, "<getForm xmlns='urn:xmpp:iot:control'><node nodeId='s1'/></getForm>");

        WireXml.Same("""
            <x xmlns='jabber:x:data' type='form'>
              <title>Sensor s1</title>
              <page xmlns='http://jabber.org/protocol/xdata-layout' label='Parameters'><fieldref var='led'/><fieldref var='target'/></page>
              <field var='led' type='boolean' label='led'>
                <desc>The lamp.</desc>
                <validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:boolean'><basic/></validate>
                <notSame xmlns='urn:xmpp:xdata:dynamic'/>
              </field>
              <field var='target' type='text-single' label='target'>
                <validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:double'><basic/></validate>
                <notSame xmlns='urn:xmpp:xdata:dynamic'/>
              </field>
            </x>
            """, answer.Payload);
    }

    [Fact]
    public async Task The_form_of_several_nodes_holds_what_they_have_in_common_and_all_allow()
    {
        await using var host = await IotHost.StartAsync();
        await host.AllowAsync(await host.OwnAsync("s1"), Operation.Control, "led", "target");
        await host.AllowAsync(await host.OwnAsync("s2"), Operation.Control, "led", "interval");

        var answer = await host.GetAsync(IotHost.Visitor, IotHost.Concentrator,
            "<getForm xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><node nodeId='s2'/></getForm>");

        Assert.Equal("led", Assert.Single(answer.Payload!.Elements(Data + "field")).Attribute("var")?.Value);
    }

    [Fact]
    public async Task The_form_is_refused_to_who_may_set_nothing()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        var answer = await host.GetAsync(IotHost.Visitor, IotHost.Concentrator, "<getForm xmlns='urn:xmpp:iot:control'><node nodeId='s1'/></getForm>");

        Assert.Equal(("cancel", "forbidden"), (answer.Error?.Type, answer.Error?.Condition));
        Assert.Single(host.Provisioning.QuestionsFor(Jid.Parse(IotHost.Owner)));
    }

    [Fact]
    public async Task A_form_that_was_filled_in_sets_just_what_is_in_it()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        var answer = await host.SetAsync(Owner, IotHost.Concentrator, """
            <set xmlns='urn:xmpp:iot:control'>
              <node nodeId='s1'/>
              <x xmlns='jabber:x:data' type='submit'>
                <field var='xdd session' type='hidden'><value>325ED0F3</value></field>
                <field var='led' type='boolean'><value>1</value></field>
                <field var='target' type='text-single'><value>21.5</value></field>
              </x>
            </set>
            """);

        Assert.True(answer.IsSuccess, answer.Error?.ToString());
        Assert.Equal(["true", "21.5"], Assert.Single(host.Bus.Controls).Request.Parameters.Select(p => p.Value.ToString()));
    }

    [Fact]
    public async Task The_later_spellings_are_answered_in_their_own_words()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        foreach (var ns in (string[])["urn:nf:iot:ctr:1.0", "urn:ieee:iot:ctr:1.0", "urn:nfi:iot:ctr:1.0"])
        {
            var done = await host.SetAsync(Owner, IotHost.Concentrator, $"<set xmlns='{ns}'><nd id='s1'/><b n='led' v='true'/><i n='interval' v='5'/></set>");
            var wrong = await host.SetAsync(Owner, IotHost.Concentrator, $"<set xmlns='{ns}'><nd id='s1'/><b n='lamp' v='true'/></set>");

            WireXml.Same($"<resp xmlns='{ns}'/>", done.Payload);
            Assert.Null(wrong.Payload);
            Assert.Equal(("modify", "item-not-found"), (wrong.Error?.Type, wrong.Error?.Condition));
            Assert.Equal("lamp", Assert.Single(wrong.Error!.Details).Attribute("n")?.Value);
        }
    }

    [Theory]
    [InlineData(ValueKind.Number, "21.50", "21.50")]
    [InlineData(ValueKind.Number, "-3", "-3")]
    [InlineData(ValueKind.Number, "1.5e3", "1500")]
    [InlineData(ValueKind.Integer, "-9223372036854775808", "-9223372036854775808")]
    public void A_text_in_a_form_becomes_a_value_of_the_parameters_type(ValueKind kind, string text, string expected)
    {
        Assert.True(new WireValue(null, text).TryConvert(kind, out var value));
        Assert.Equal((kind, expected), (value.Kind, value.ToString()));
    }

    [Fact]
    public async Task Too_many_parameters_are_refused_with_the_key_of_the_limit()
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:iot:maxNamesPerRequest", "2"));
        await host.OwnAsync("s1");

        var answer = await host.SetAsync(Owner, IotHost.Concentrator,
            "<set xmlns='urn:xmpp:iot:control'><node nodeId='s1'/><boolean name='led' value='1'/><boolean name='led' value='0'/><boolean name='led' value='1'/></set>");

        Assert.Equal(StanzaError.BadRequest.Condition, answer.Error?.Condition);
        Assert.Contains("xmpp:iot:maxNamesPerRequest", answer.Error!.Text!, StringComparison.Ordinal);
    }
}
