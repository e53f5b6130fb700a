using Edge.Mqtt;
using Edge.Mqtt.Features;
using Edge.Mqtt.Features.NodeProtocol;
using Edge.Mqtt.Topics;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>Sessions without a token (node protocol, "Session").</summary>
public sealed class BootstrapTests
{
    [Theory]
    [InlineData("sensor-1", "sensor-1", null, true)]
    [InlineData("sensor-1", "sensor-2", null, false)]
    [InlineData("sensor-1", null, null, false)]
    [InlineData("sensor-1", "sensor-1", "", false)]
    [InlineData("sensor-1", "sensor-1", "token", false)]
    [InlineData("Sensor-1", "Sensor-1", null, false)]
    [InlineData("a/b", "a/b", null, false)]
    [InlineData("+", "+", null, false)]
    [InlineData("", "", null, false)]
    public async Task A_client_without_password_whose_names_are_a_node_id_is_let_in(string clientId, string? userName, string? password, bool isLetIn)
    {
        await using var host = await NodeHost.StartAsync();
        var connecting = new MqttConnecting(clientId, new()) { UserName = userName, Password = password };
        await host.Get<NodeBootstrapFeature>().OnConnectingAsync(connecting, default);
        Assert.Equal(isLetIn, connecting.Identity is { IsBootstrap: true });
        Assert.Null(connecting.Refusal);
    }

    [Fact]
    public async Task A_listener_can_do_without()
    {
        await using var host = await NodeHost.StartAsync();
        var connecting = new MqttConnecting("sensor-1", new() { AllowBootstrap = false }) { UserName = "sensor-1" };
        await host.Get<NodeBootstrapFeature>().OnConnectingAsync(connecting, default);
        Assert.Null(connecting.Identity);
    }

    [Fact]
    public async Task It_may_speak_the_dialogue_of_trust_and_hear_itself_for_five_minutes()
    {
        await using var host = await NodeHost.StartAsync();
        var identity = (await host.TryBootstrapAsync())!.Identity;
        foreach (var message in new[] { "hello", "befriended", "discover", "getToken", "getTokenChallengeResponse", "refresh" })
            Assert.True(identity.MayWrite("edge/v1/sensor-1/up/" + message), message);
        foreach (var message in new[] { "telemetry", "state", "canRead", "canControl", "isFriend", "clearCacheResponse", "fields", "setResponse", "error", "hello/x" })
            Assert.False(identity.MayWrite("edge/v1/sensor-1/up/" + message), message);

        Assert.False(identity.MayWrite("edge/v1/sensor-2/up/hello"));
        Assert.False(identity.MayWrite("edge/v1/sensor-1/down/set"));
        Assert.True(MaySubscribe(identity, "edge/v1/sensor-1/down/#"));
        Assert.False(MaySubscribe(identity, "edge/v1/+/down/#"));
        Assert.False(MaySubscribe(identity, "#"));
        Assert.False(MaySubscribe(identity, "edge/v1/sensor-1/up/#"));
        Assert.Equal(host.Clock.GetUtcNow().AddSeconds(300), identity.ExpiresAt);
        Assert.Equal((30, 1024), (identity.MessagesPerMinute, identity.MaxPayloadBytes));
    }

    [Fact]
    public async Task The_protocol_refuses_what_the_scope_might_let_through()
    {
        await using var host = await NodeHost.StartAsync();
        var identity = MqttIdentity.Bootstrap(NodeScope.Of("sensor-1"), host.Clock.GetUtcNow().AddMinutes(5), 0, 0);
        var node = await ScriptedNode.ConnectAsync(host, "sensor-1", identity);
        await node.IsRefusedAsync("forbidden", "telemetry", """[{"n":"temperature","v":1}]""");
        await node.IsRefusedAsync("forbidden", "canRead", """{"id":1,"jid":"visitor@edge.local"}""");
        await node.IsRefusedAsync("forbidden", "state", """{"online":true}""");
    }

    [Fact]
    public async Task Attempts_of_one_node_are_limited_and_do_not_use_up_those_of_another()
    {
        await using var host = await NodeHost.StartAsync(settings: [("bootstrapsPerNodePerMinute", "2"), ("bootstrapsPerMinute", "3")]);
        for (var i = 0; i < 2; i++) await (await host.TryBootstrapAsync("a"))!.LeaveAsync();
        Assert.Null(await host.TryBootstrapAsync("a"));
        await (await host.TryBootstrapAsync("b"))!.LeaveAsync();
        Assert.Null(await host.TryBootstrapAsync("c"));

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(await host.TryBootstrapAsync("a"));
    }

    [Fact]
    public async Task A_refusal_names_the_setting()
    {
        await using var host = await NodeHost.StartAsync(settings: ("maxBootstrapSessions", "1"));
        var node = await host.TryBootstrapAsync("a");
        var connecting = new MqttConnecting("b", new()) { UserName = "b" };
        await host.Get<NodeBootstrapFeature>().OnConnectingAsync(connecting, default);
        Assert.Equal(MqttReason.ServerUnavailable, connecting.Refusal);
        Assert.Contains("mqtt:nodeProtocol:maxBootstrapSessions is 1", connecting.RefusalDetail, StringComparison.Ordinal);

        await node!.LeaveAsync();
        Assert.NotNull(await host.TryBootstrapAsync("b"));
    }

    [Fact]
    public async Task Untrusted_nodes_are_remembered_within_bounds_and_those_away_longest_go_first()
    {
        await using var host = await NodeHost.StartAsync(settings: [("maxUntrustedNodes", "2"), ("maxBootstrapSessions", "2"), ("askEveryMinutes", "0")]);
        foreach (var id in new[] { "a", "b", "c" })
        {
            await (await host.NewNodeAsync(id)).LeaveAsync();
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["b", "c"], host.Link.Nodes.Select(n => n.NodeId));
    }

    [Fact]
    public async Task Nobody_but_the_node_speaks_below_its_name()
    {
        await using var host = await NodeHost.StartAsync();
        await host.TrustedNodeAsync();
        var everything = new MqttIdentity("operator@edge.local", [new(Edge.Identity.Tokens.TopicAccess.ReadWrite, "#")], null);
        foreach (var clientId in new[] { "operator", "sensor-1" })
        {
            var client = await ScriptedNode.ConnectAsync(host, clientId, everything);
            foreach (var topic in new[] { "edge/v1/sensor-1/up/telemetry", "edge/v1/sensor-1/down/set", "edge/v1/sensor-1", "edge/v1/sensor-1/up/a/b", "edge/v1/" })
                Assert.NotNull((await client.PublishAsync(topic, "{}"u8.ToArray())).Refusal);
            Assert.Null((await client.PublishAsync("home/lamp", "{}"u8.ToArray())).Refusal);
        }
    }

    [Fact]
    public async Task A_trusted_node_does_not_speak_for_another()
    {
        await using var host = await NodeHost.StartAsync();
        await host.TrustedNodeAsync();
        var wide = new MqttIdentity("sensor-1", [new(Edge.Identity.Tokens.TopicAccess.ReadWrite, "edge/#")], null);
        var node = await ScriptedNode.ConnectAsync(host, "sensor-1", wide);
        Assert.NotNull((await node.PublishAsync("edge/v1/sensor-2/up/telemetry", "[]"u8.ToArray())).Refusal);
        Assert.NotNull((await node.PublishAsync("edge/v1/sensor-1/down/set", "{}"u8.ToArray())).Refusal);
    }

    [Theory]
    [InlineData("edge/v1/sensor-1/down/set", false)]
    [InlineData("edge/v1/sensor-1/up/telemetry", false)]
    [InlineData("edge/v1/sensor-2/up/state", false)]
    [InlineData("edge/v1/sensor-1/up/state", true)]
    [InlineData("home/lamp", true)]
    public async Task A_will_says_no_more_than_its_client_may(string topic, bool isLetIn)
    {
        await using var host = await NodeHost.StartAsync();
        var connecting = new MqttConnecting("sensor-1", new()) { Will = new(topic, default) };
        connecting.Accept(new("sensor-1", [new(Edge.Identity.Tokens.TopicAccess.ReadWrite, "#")], null));
        await host.Get<NodeProtocolFeature>().OnIdentifiedAsync(connecting, default);
        Assert.Equal(isLetIn, connecting.Refusal is null);
    }

    [Fact]
    public async Task A_token_for_a_node_that_nobody_knows_makes_no_node()
    {
        await using var host = await NodeHost.StartAsync();
        var identity = new MqttIdentity("anonymous", NodeScope.Of("anonymous"), null);
        var client = await ScriptedNode.ConnectAsync(host, "anonymous", identity);
        await client.IsRefusedAsync("registration-required", "hello", ScriptedNode.Hello);
        await client.IsRefusedAsync("registration-required", "telemetry", """[{"n":"temperature","v":1}]""");
        Assert.Empty(host.Link.Nodes);
    }

    private static bool MaySubscribe(MqttIdentity identity, string filter) =>
        TopicFilter.TryParse(filter, out var parsed) && identity.MaySubscribe(parsed);
}
