using System.Xml.Linq;

using Edge.TestKit;
using Edge.Tests.Xmpp.Modules.Iot;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Xmpp.Modules.SensorData;

namespace Edge.Tests.Xmpp.Modules.SensorData;

public sealed class SensorDataTests
{
    private static readonly XNamespace Sd = "urn:xmpp:iot:sensordata";

    [Fact]
    public async Task The_concentrator_advertises_every_spelling()
    {
        await using var host = await IotHost.StartAsync();

        string[] features = ["urn:xmpp:iot:sensordata", "urn:nf:iot:sd:1.0", "urn:ieee:iot:sd:1.0", "urn:nfi:iot:sd:1.0"];
        Assert.Empty(features.Except(host.FeaturesOf(IotHost.Concentrator)));
    }

    [Fact]
    public async Task A_stranger_is_refused_with_the_condition_of_the_specification_and_with_that_of_older_peers()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        var answer = await host.GetAsync(IotHost.Visitor, IotHost.Concentrator,
            "<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' momentary='true'><node nodeId='s1'/><field name='temperature'/></req>");

        Assert.Equal(("cancel", "forbidden"), (answer.Error?.Type, answer.Error?.Condition));
        Assert.Equal("Not allowed yet: the owner has been asked.", answer.Error?.Text);
        WireXml.Same("<rejected xmlns='urn:xmpp:iot:sensordata' seqnr='1'><error>Not allowed yet: the owner has been asked.</error></rejected>", answer.Payload);
        var question = Assert.Single(host.Provisioning.QuestionsFor(Jid.Parse(IotHost.Owner)));
        Assert.Equal(NameSet.Of("temperature"), question.Names);
        Assert.Empty(host.Bus.Reads);
        Assert.Empty(Messages(host));
    }

    [Fact]
    public async Task The_owner_reads_momentary_values_with_units_quality_and_decimals()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        var answer = await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator,
            "<req xmlns='urn:xmpp:iot:sensordata' seqnr='7' momentary='true'><node nodeId='s1' sourceId='bus'/></req>");

        WireXml.Same("<accepted xmlns='urn:xmpp:iot:sensordata' seqnr='7'/>", answer.Payload);
        var message = Assert.Single(await SentAsync(host, 1));
        Assert.Equal((IotHost.Concentrator, IotHost.Owner + "/desk"), (message.From.ToString(), message.To.ToString()));
        Assert.Null(message.Stanza.Attribute("type"));
        WireXml.Same("""
            <fields xmlns='urn:xmpp:iot:sensordata' seqnr='7' done='true'>
              <node nodeId='s1' sourceId='bus'>
                <timestamp value='2026-05-01T12:00:00Z'>
                  <numeric name='temperature' momentary='true' automaticReadout='true' value='21.50' unit='Cel'/>
                  <numeric name='humidity' momentary='true' automaticReadout='true' warning='true' value='40' unit='%RH'/>
                </timestamp>
              </node>
            </fields>
            """, message.Payload);
    }

    [Fact]
    public async Task Every_type_has_its_element()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator,
            "<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' status='true' identity='1'><node nodeId='s1'/></req>");

        WireXml.Same("""
            <fields xmlns='urn:xmpp:iot:sensordata' seqnr='1' done='true'>
              <node nodeId='s1' sourceId='bus'>
                <timestamp value='2026-05-01T12:00:00Z'>
                  <numeric name='count' status='true' automaticReadout='true' value='7' unit=''/>
                  <boolean name='door' status='true' automaticReadout='true' value='true' writable='true'/>
                  <string name='serial' identity='true' automaticReadout='true' value='A-1'/>
                  <dateTime name='since' status='true' automaticReadout='true' value='2026-05-01T12:00:00Z'/>
                  <duration name='uptime' status='true' automaticReadout='true' value='PT1H30M'/>
                </timestamp>
              </node>
            </fields>
            """, Assert.Single(await SentAsync(host, 1)).Payload);
    }

    [Fact]
    public async Task A_request_that_is_allowed_in_part_returns_that_part()
    {
        await using var host = await IotHost.StartAsync();
        await host.AllowAsync(await host.OwnAsync("s1"), Operation.Read, "temperature");
        await host.OwnAsync("s2");

        var answer = await host.GetAsync(IotHost.Visitor, IotHost.Concentrator,
            "<req xmlns='urn:xmpp:iot:sensordata' seqnr='2' momentary='true'><node nodeId='s1'/><node nodeId='s2'/></req>");

        Assert.Equal(Sd + "accepted", answer.Payload?.Name);
        var sent = await SentUntilDoneAsync(host);
        var node = Assert.Single(sent.SelectMany(s => s.Payload.Elements()));
        Assert.Equal("s1", node.Attribute("nodeId")?.Value);
        Assert.Equal("temperature", Assert.Single(node.Descendants(Sd + "numeric")).Attribute("name")?.Value);
        Assert.DoesNotContain("humidity", host.Bus.Reads.Single().Request.Fields.Names!);
    }

    [Fact]
    public async Task The_later_spellings_are_answered_in_their_own_words()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        foreach (var ns in (string[])["urn:nf:iot:sd:1.0", "urn:ieee:iot:sd:1.0", "urn:nfi:iot:sd:1.0"])
        {
            host.Sender.Sent.Clear();

            var answer = await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator,
                $"<req xmlns='{ns}' id='abc' all='true'><nd id='s1'/><f n='temperature'/><f n='count'/><f n='door'/></req>");

            WireXml.Same($"<accepted xmlns='{ns}' id='abc'/>", answer.Payload);
            WireXml.Same($"""
                <resp xmlns='{ns}' id='abc'>
                  <nd id='s1' src='bus'>
                    <ts v='2026-05-01T12:00:00Z'>
                      <q n='temperature' m='true' ar='true' v='21.50' u='Cel'/>
                      <i n='count' s='true' ar='true' v='7'/>
                      <b n='door' s='true' ar='true' v='true' ctr='true'/>
                    </ts>
                  </nd>
                </resp>
                """, Assert.Single(await SentAsync(host, 1)).Payload);
        }
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_a_failure_after_the_values_of_the_others()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        await host.OwnAsync("s2");
        var scripted = host.Bus.Read;
        host.Bus.Read = (id, request) => id == "s1" ? Task.FromResult(new NodeReadResult(NodeOutcome.Unreachable, [], "Timeout.")) : scripted(id, request);

        await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator,
            "<req xmlns='urn:xmpp:iot:sensordata' seqnr='3' momentary='true'><node nodeId='s1'/><node nodeId='s2'/></req>");

        var sent = await SentUntilDoneAsync(host);
        Assert.Equal(["fields", "failure"], sent.Select(s => s.Payload.Name.LocalName));
        Assert.Null(sent[0].Payload.Attribute("done"));
        WireXml.Same("""
            <failure xmlns='urn:xmpp:iot:sensordata' seqnr='3' done='true'>
              <error nodeId='s1' sourceId='bus' timestamp='2026-05-01T12:00:00Z'>Timeout.</error>
            </failure>
            """, sent[1].Payload);
    }

    [Fact]
    public async Task An_error_is_never_a_value()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        host.Bus.Read = (_, _) => Task.FromResult(new NodeReadResult(NodeOutcome.Ok,
        [
            new("temperature", null, ScriptedSource.At, Quality.Missing) { Text = "Sensor open." },
            new("humidity", FieldValue.Number(double.NaN), ScriptedSource.At),
        ]));

        await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator,
            "<req xmlns='urn:xmpp:iot:sensordata' seqnr='4' momentary='true'><node nodeId='s1'/></req>");

        WireXml.Same("""
            <failure xmlns='urn:xmpp:iot:sensordata' seqnr='4' done='true'>
              <error nodeId='s1' sourceId='bus' timestamp='2026-05-01T12:00:00Z'>temperature: Sensor open.</error>
              <error nodeId='s1' sourceId='bus' timestamp='2026-05-01T12:00:00Z'>humidity: There is no value.</error>
            </failure>
            """, Assert.Single(await SentAsync(host, 1)).Payload);
    }

    [Fact]
    public async Task A_failure_in_the_later_words_is_an_err_in_a_resp()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        host.Bus.Read = (_, _) => Task.FromResult(new NodeReadResult(NodeOutcome.Failed, [], "Illegal function."));

        await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator, "<req xmlns='urn:nf:iot:sd:1.0' id='x' m='true'><nd id='s1'/></req>");

        WireXml.Same("<resp xmlns='urn:nf:iot:sd:1.0' id='x'><nd id='s1' src='bus'><ts v='2026-05-01T12:00:00Z'><err>Illegal function.</err></ts></nd></resp>",
            Assert.Single(await SentAsync(host, 1)).Payload);
    }

    [Fact]
    public async Task A_device_cannot_end_its_readers_stream_by_what_xml_does_not_allow()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        host.Bus.Read = (_, _) => Task.FromResult(new NodeReadResult(NodeOutcome.Ok, [new("serial", FieldValue.Text("A\0\u0001\uFFFF\uD800 1 🌡"), ScriptedSource.At) { Categories = FieldCategories.Identity }]));

        await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator, "<req xmlns='urn:xmpp:iot:sensordata' seqnr='1'><node nodeId='s1'/></req>");

        var field = Assert.Single((await SentAsync(host, 1))[0].Payload.Descendants(Sd + "string"));
        Assert.Equal("A\uFFFD 1 🌡", field.Attribute("value")?.Value);
    }

    [Fact]
    public async Task A_large_readout_comes_in_several_messages()
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:sensorData:maxFieldsPerMessage", "2"));
        await host.OwnAsync("s1");

        await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator, "<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' all='true'><node nodeId='s1'/></req>");

        var sent = await SentUntilDoneAsync(host);
        Assert.Equal([2, 2, 2, 1], sent.Select(s => s.Payload.Descendants(Sd + "timestamp").Single().Elements().Count()));
        Assert.Equal([null, null, null, "true"], sent.Select(s => s.Payload.Attribute("done")?.Value));
    }

    [Fact]
    public void Long_texts_are_cut_by_their_length()
    {
        var text = FieldValue.Text(new('x', 600));
        Reading[] readings = [new("a", text, ScriptedSource.At), new("b", text, ScriptedSource.At), new("c", text, ScriptedSource.At)];

        var batches = FieldBatches.Cut(readings, 50, 1300);

        Assert.Equal([2, 1], batches.Select(b => b.Count));
    }

    [Fact]
    public async Task A_node_id_without_a_source_means_every_node_of_that_id()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("twin");

        await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator,
            "<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' momentary='true'><node nodeId='twin'/></req>");

        // The other source's twin has no owner, so only one may be read.
        var sent = await SentUntilDoneAsync(host);
        Assert.Equal("bus", Assert.Single(sent.SelectMany(s => s.Payload.Elements())).Attribute("sourceId")?.Value);
    }

    [Fact]
    public async Task Historical_values_are_kept_to_the_time_asked_for()
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");
        host.Bus.Read = (_, _) => Task.FromResult(new NodeReadResult(NodeOutcome.Ok,
        [
            .. Enumerable.Range(0, 4).Select(hour => new Reading("temperature", FieldValue.Number(hour, 0), ScriptedSource.At.AddHours(-hour))
            {
                Categories = hour == 0 ? FieldCategories.Momentary : FieldCategories.Historical,
            }),
        ]));

        await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator,
            "<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' all='true' from='2026-05-01T10:00:00' to='2026-05-01T11:30:00Z'><node nodeId='s1'/></req>");

        var fields = (await SentUntilDoneAsync(host)).SelectMany(s => s.Payload.Descendants(Sd + "numeric")).ToList();
        Assert.Equal(["0", "1", "2"], fields.Select(f => f.Attribute("value")!.Value));
        Assert.Equal("true", fields[1].Attribute("historicalOther")?.Value);
    }

    [Theory]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' momentary='true'><node nodeId='s1'/></req>", "bad-request")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='x' momentary='true'><node nodeId='s1'/></req>", "bad-request")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='99999999999'><node nodeId='s1'/></req>", "bad-request")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' momentary='yes'><node nodeId='s1'/></req>", "bad-request")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' momentary='true'/>", "bad-request")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='1'><node/></req>", "bad-request")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='1'><node nodeId='s1'/><field/></req>", "bad-request")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' from='yesterday'><node nodeId='s1'/></req>", "bad-request")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' when='2026-05-01T11:59:59Z'><node nodeId='s1'/></req>", "bad-request")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' when='2027-05-01T12:00:00Z'><node nodeId='s1'/></req>", "bad-request")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='1'><node nodeId='nobody'/></req>", "item-not-found")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='1'><node nodeId='s1' sourceId='nowhere'/></req>", "item-not-found")]
    [InlineData("<req xmlns='urn:xmpp:iot:sensordata' seqnr='1'><node nodeId='s1'/><field name='pressure'/></req>", "item-not-found")]
    [InlineData("<cancel xmlns='urn:xmpp:iot:sensordata' seqnr='5'/>", "item-not-found")]
    [InlineData("<cancel xmlns='urn:xmpp:iot:sensordata'/>", "bad-request")]
    [InlineData("<req xmlns='urn:nf:iot:sd:1.0'><nd id='s1'/></req>", "bad-request")]
    public async Task What_cannot_be_served_has_its_condition(string payload, string condition)
    {
        await using var host = await IotHost.StartAsync();
        await host.OwnAsync("s1");

        var answer = await host.GetAsync(IotHost.Owner + "/desk", IotHost.Concentrator, payload);

        Assert.Equal(condition, answer.Error?.Condition);
        Assert.NotEmpty(answer.Error!.Text!);
        Assert.Empty(host.Bus.Reads);
        Assert.Equal(0, host.Get<ReadoutTable>().Count);
    }

    private static async Task<List<SentStanza>> SentAsync(IotHost host, int count)
    {
        await Eventually.HoldsAsync(() => Messages(host).Count >= count);
        return Messages(host);
    }

    private static async Task<List<SentStanza>> SentUntilDoneAsync(IotHost host)
    {
        await Eventually.HoldsAsync(() => Messages(host).Exists(s => s.Payload.Attribute("done") is not null));
        return Messages(host);
    }

    private static List<SentStanza> Messages(IotHost host) => [.. host.Sender.Sent.Where(s => s.From.ToString() == IotHost.Concentrator)];
}
