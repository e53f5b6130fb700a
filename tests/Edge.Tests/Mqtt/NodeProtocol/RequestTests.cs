using Edge.Mqtt;
using Edge.TestKit;
using Edge.Things;
using Edge.Things.Control;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary><c>read</c> and <c>set</c> through the concentrator, as XMPP uses it (node protocol, "Data and control").</summary>
public sealed class RequestTests
{
    private static readonly NodeReference Sensor = new("sensor-1", "mqtt");

    private static readonly NodeReadRequest Read = new(
        Jid.Parse("visitor@edge.local/phone"), NameSet.Of("temperature", "humidity"), FieldCategories.Momentary, new("s1", "", "u1"));

    private static readonly NodeControlRequest Set = new(
        NodeHost.Visitor, [new("led", FieldValue.Boolean(true)), new("interval", FieldValue.Integer(60))], AccessTokens.None);

    [Fact]
    public async Task A_read_tells_the_node_who_asks_and_brings_its_fields()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        var reading = host.Concentrator.ReadAsync(Sensor, Read).AsTask();
        var read = await node.HearsAsync("read");
        Assert.Equal(
            $$"""{"id":0,"from":"visitor@edge.local/phone","serviceToken":"s1","userToken":"u1","seqnr":0,"fieldTypes":["momentary"],"fields":["temperature","humidity"]}""",
            read.ToJsonString());

        await node.SayAsync("accepted", """{"id":0,"seqnr":0}""");
        await node.SayAsync("fields", """{"id":0,"seqnr":0,"senml":[{"n":"temperature","v":21.50}],"done":false}""");
        await node.SayAsync("fields", """{"id":0,"seqnr":0,"senml":[{"n":"humidity","v":40}],"done":true}""");
        var result = await reading;
        Assert.Equal(NodeOutcome.Ok, result.Outcome);
        Assert.Equal(["temperature=21.50", "humidity=40"], result.Readings.Select(r => $"{r.Field}={r.Value}"));
    }

    [Fact]
    public async Task Requests_are_sent_at_most_once_since_they_are_worth_nothing_later()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        var setting = host.Link.SetAsync("sensor-1", Set).AsTask();
        await Eventually.HoldsAsync(() => !node.Inbox.IsEmpty);
        Assert.True(node.Inbox.TryPeek(out var message));
        Assert.Equal(MqttQoS.AtMostOnce, message.QoS);
        await node.LeaveAsync();
        Assert.Equal(NodeOutcome.Unreachable, (await setting).Outcome);
    }

    [Theory]
    [InlineData("rejected", """{"id":0,"seqnr":0,"text":"Access denied."}""", NodeOutcome.Forbidden, "Access denied.")]
    [InlineData("error", """{"id":0,"condition":"item-not-found","text":"No such field."}""", NodeOutcome.NotFound, "No such field.")]
    [InlineData("error", """{"id":0,"condition":"service-unavailable","text":"Busy\u000a."}""", NodeOutcome.Failed, "Busy .")]
    [InlineData("setResponse", """{"id":0,"code":"OK"}""", NodeOutcome.Failed, "The node answered with something else.")]
    [InlineData("fields", """{"id":0,"senml":7,"done":true}""", NodeOutcome.Failed, "The node answered with fields that cannot be read, or too many.")]
    public async Task A_read_that_brings_nothing_says_why(string answer, string json, NodeOutcome outcome, string text)
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        var reading = host.Concentrator.ReadAsync(Sensor, Read).AsTask();
        await node.HearsAsync("read");
        await node.SayAsync(answer, json);
        var result = await reading;
        Assert.Equal((outcome, text), (result.Outcome, result.Text));
    }

    [Fact]
    public async Task A_node_that_does_not_answer_in_time_is_unreachable_and_its_late_answer_is_dropped()
    {
        await using var host = await NodeHost.StartAsync(settings: ("requestSeconds", "5"));
        var node = await host.TrustedNodeAsync();
        var reading = host.Link.ReadAsync("sensor-1", Read).AsTask();
        await node.HearsAsync("read");
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(NodeOutcome.Unreachable, (await reading).Outcome);

        Assert.True((await node.SayAsync("fields", """{"id":0,"senml":[],"done":true}""")).IsTaken);
        Assert.Empty(node.Inbox);
    }

    [Fact]
    public async Task A_read_that_its_caller_gives_up_ends()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        using var cancel = new CancellationTokenSource();
        var reading = host.Link.ReadAsync("sensor-1", Read, cancel.Token).AsTask();
        await node.HearsAsync("read");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task A_node_that_is_away_or_unknown_says_so_at_once()
    {
        await using var host = await NodeHost.StartAsync();
        Assert.Equal(NodeOutcome.NotFound, (await host.Link.ReadAsync("sensor-1", Read)).Outcome);
        Assert.Equal(NodeOutcome.NotFound, (await host.Link.SetAsync("sensor-1", Set)).Outcome);

        await (await host.TrustedNodeAsync()).LeaveAsync();
        Assert.Equal(NodeOutcome.Unreachable, (await host.Link.ReadAsync("sensor-1", Read)).Outcome);
        Assert.Equal(NodeOutcome.Unreachable, (await host.Link.SetAsync("sensor-1", Set)).Outcome);
    }

    [Fact]
    public async Task Requests_that_wait_for_one_node_are_bounded_but_clearCache_gets_through()
    {
        await using var host = await NodeHost.StartAsync(settings: ("maxRequestsPerNode", "2"));
        var node = await host.TrustedNodeAsync();
        var first = host.Link.ReadAsync("sensor-1", Read).AsTask();
        var second = host.Link.SetAsync("sensor-1", Set).AsTask();
        var third = await host.Link.ReadAsync("sensor-1", Read);
        Assert.Equal(NodeOutcome.Unreachable, third.Outcome);
        Assert.Contains("mqtt:nodeProtocol:maxRequestsPerNode", third.Text, StringComparison.Ordinal);

        await host.ClaimAsync();
        await node.HearsAsync("read");
        await node.HearsAsync("set");
        await node.HearsAsync("claimed");
        await node.HearsAsync("clearCache");
        await node.LeaveAsync();
        Assert.Equal((NodeOutcome.Unreachable, NodeOutcome.Unreachable), ((await first).Outcome, (await second).Outcome));
    }

    [Fact]
    public async Task Readings_of_one_answer_are_bounded()
    {
        await using var host = await NodeHost.StartAsync(settings: ("maxReadings", "4"));
        var node = await host.TrustedNodeAsync();
        var reading = host.Link.ReadAsync("sensor-1", Read).AsTask();
        await node.HearsAsync("read");
        for (var i = 0; i < 3; i++)
            await node.SayAsync("fields", """{"id":0,"senml":[{"n":"temperature","v":1},{"n":"temperature","v":2}],"done":false}""");
        Assert.Equal(NodeOutcome.Failed, (await reading).Outcome);
    }

    [Fact]
    public async Task A_set_carries_its_values_and_comes_back_with_what_was_done()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        var setting = host.Concentrator.ControlAsync(Sensor, Set).AsTask();
        var set = await node.HearsAsync("set");
        Assert.Equal(
            """{"id":0,"from":"visitor@edge.local","parameters":[{"n":"led","vb":true},{"n":"interval","v":60}]}""", set.ToJsonString());
        await node.SayAsync("setResponse", """{"id":0,"code":"OK","parameters":["led","interval"]}""");
        var result = await setting;
        Assert.Equal(NodeOutcome.Ok, result.Outcome);
        Assert.Equal(["led", "interval"], result.Done);
    }

    [Theory]
    [InlineData("InsufficientPrivileges", NodeOutcome.Forbidden)]
    [InlineData("NotFound", NodeOutcome.NotFound)]
    [InlineData("FormError", NodeOutcome.BadValue)]
    [InlineData("Locked", NodeOutcome.Failed)]
    [InlineData("NotImplemented", NodeOutcome.Failed)]
    [InlineData("OtherError", NodeOutcome.Failed)]
    [InlineData("whatever", NodeOutcome.Failed)]
    public async Task A_refused_set_names_the_parameter(string code, NodeOutcome outcome)
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        var setting = host.Concentrator.ControlAsync(Sensor, Set).AsTask();
        await node.HearsAsync("set");
        await node.SayAsync("setResponse", $$"""{"id":0,"code":"{{code}}","parameters":["interval"]}""");
        var result = await setting;
        Assert.Equal((outcome, "interval"), (result.Outcome, result.Parameter));
        Assert.Empty(result.Done);
    }
}
