using Edge.Identity.Tokens;
using Edge.TestKit;
using Edge.Things.Nodes;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>From the first hello to the token (node protocol, "Trust"; XEP-0324 §3.1).</summary>
public sealed class TrustTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_pressed_button_leads_to_a_token_step_by_step()
    {
        await using var host = await NodeHost.StartAsync(settings: ("askEveryMinutes", "0"));
        var node = await host.NewNodeAsync();
        Assert.Equal((NodeTrust.Untrusted, true, true), (host.Node().Trust, host.Node().IsOnline, host.Node().CanBeAsked));
        Assert.Null(host.Node().Tags);

        var asking = host.Link.BefriendAsync("sensor-1", Window);
        var befriend = await node.HearsAsync("befriend");
        Assert.Equal("provisioning.edge.local", (string?)befriend["server"]);
        Assert.Equal(30, (int)befriend["window"]!);
        Assert.Equal(NodeTrust.Asked, host.Node().Trust);

        await node.SayAsync("befriended", $$"""{"id":{{befriend["id"]}},"result":"accepted"}""");
        Assert.Equal(BefriendOutcome.Accepted, await asking);

        await node.SayAsync("discover", """{"id":65535}""");
        var discovered = await node.HearsAsync("discovered");
        Assert.Equal(65535, (int)discovered["id"]!);
        Assert.Contains("urn:xmpp:iot:provisioning", discovered["features"]!.AsArray().Select(f => (string?)f));

        var token = await node.GetTokenAsync();
        Assert.Equal("access-2", (string?)token["access"]);
        Assert.Equal("refresh-1", (string?)token["refresh"]);
        Assert.Equal(3600, (int)token["expiresIn"]!);
        Assert.Equal(32, ((string)token["deviceToken"]!).Length);
        Assert.Equal(NodeTrust.Trusted, host.Node().Trust);
        Assert.Equal(
            ["sensor-1: hello", "sensor-1: asked", "sensor-1: befriended", "sensor-1: discovered", "sensor-1: challenged", "sensor-1: token"], host.Steps);
    }

    [Fact]
    public async Task A_token_grants_the_nodes_own_topics_and_nothing_else()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.NewNodeAsync();
        var token = await node.EarnTokenAsync(Window);

        Assert.Equal(
            [new(TopicAccess.Write, "edge/v1/sensor-1/up/#"), new(TopicAccess.Read, "edge/v1/sensor-1/down/#")],
            ((FakeTokens)host.Get<ITokenService>()).LastScopes!);
        Assert.Equal(
            """[{"rw":"w","topic":"edge/v1/sensor-1/up/#"},{"rw":"r","topic":"edge/v1/sensor-1/down/#"}]""",
            System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)token["scope"]!)));
    }

    [Fact]
    public async Task Nobody_pressing_times_out_and_the_node_can_be_asked_again()
    {
        await using var host = await NodeHost.StartAsync(settings: ("askEveryMinutes", "0"));
        var node = await host.NewNodeAsync();
        var first = host.Link.BefriendAsync("sensor-1", Window);
        var befriend = await node.HearsAsync("befriend");
        await node.SayAsync("befriended", $$"""{"id":{{befriend["id"]}},"result":"timeout"}""");
        Assert.Equal(BefriendOutcome.Timeout, await first);
        await Eventually.HoldsAsync(() => host.Steps.Contains("sensor-1: timeout"));
        Assert.Equal(NodeTrust.Untrusted, host.Node().Trust);

        await node.EarnTokenAsync(Window);
        Assert.Equal(NodeTrust.Trusted, host.Node().Trust);
    }

    [Fact]
    public async Task A_node_that_never_answers_times_out_a_little_after_its_window()
    {
        await using var host = await NodeHost.StartAsync(settings: ("askEveryMinutes", "0"));
        var node = await host.NewNodeAsync();
        var asking = host.Link.BefriendAsync("sensor-1", Window);
        var befriend = await node.HearsAsync("befriend");
        await Eventually.HoldsAsync(() => host.Clock.ArmedTimers > 0);

        host.Clock.Advance(Window + TimeSpan.FromSeconds(6));
        Assert.Equal(BefriendOutcome.Timeout, await asking);

        // A press that comes now was for a question that is over.
        await node.IsRefusedAsync("item-not-found", "befriended", $$"""{"id":{{befriend["id"]}},"result":"accepted"}""");
        await node.IsRefusedAsync("forbidden", "getToken", """{"id":1}""");
    }

    [Fact]
    public async Task A_locked_node_rejects()
    {
        await using var host = await NodeHost.StartAsync(settings: ("askEveryMinutes", "0"));
        var node = await host.NewNodeAsync();
        var asking = host.Link.BefriendAsync("sensor-1", Window);
        var befriend = await node.HearsAsync("befriend");
        await node.SayAsync("befriended", $$"""{"id":{{befriend["id"]}},"result":"rejected"}""");

        Assert.Equal(BefriendOutcome.Rejected, await asking);
        await node.IsRefusedAsync("forbidden", "getToken", """{"id":1}""");
        await Eventually.HoldsAsync(() => host.Steps.Contains("sensor-1: rejected"));
    }

    [Fact]
    public async Task Asking_twice_joins_the_open_question()
    {
        await using var host = await NodeHost.StartAsync(settings: ("askEveryMinutes", "0"));
        var node = await host.NewNodeAsync();
        var first = host.Link.BefriendAsync("sensor-1", Window);
        var second = host.Link.BefriendAsync("sensor-1", Window);
        var befriend = await node.HearsAsync("befriend");
        await node.SayAsync("befriended", $$"""{"id":{{befriend["id"]}},"result":"accepted"}""");

        Assert.Equal([BefriendOutcome.Accepted, BefriendOutcome.Accepted], await Task.WhenAll(first, second));
        Assert.Empty(node.Inbox);
    }

    [Fact]
    public async Task A_node_that_goes_away_while_asked_is_unreachable()
    {
        await using var host = await NodeHost.StartAsync(settings: ("askEveryMinutes", "0"));
        Assert.Equal(BefriendOutcome.Unreachable, await host.Link.BefriendAsync("sensor-1", Window));

        var node = await host.NewNodeAsync();
        var asking = host.Link.BefriendAsync("sensor-1", Window);
        await node.HearsAsync("befriend");
        await node.LeaveAsync();

        Assert.Equal(BefriendOutcome.Unreachable, await asking);
        await Eventually.HoldsAsync(() => host.Node().Trust == NodeTrust.Untrusted);
    }

    [Fact]
    public async Task The_answer_counts_from_the_session_that_was_asked_and_no_other()
    {
        await using var host = await NodeHost.StartAsync(settings: ("askEveryMinutes", "0"));
        var node = await host.NewNodeAsync();
        var asking = host.Link.BefriendAsync("sensor-1", Window);
        var befriend = await node.HearsAsync("befriend");

        var impostor = await host.TryBootstrapAsync();
        await impostor!.IsRefusedAsync("item-not-found", "befriended", $$"""{"id":{{befriend["id"]}},"result":"accepted"}""");
        Assert.False(asking.IsCompleted);
        Assert.Empty(node.Inbox);
    }

    [Fact]
    public async Task A_factory_new_node_of_the_manifest_is_asked_by_itself_but_not_again_and_again()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.NewNodeAsync();
        await node.HearsAsync("befriend");
        await node.LeaveAsync();

        var again = await host.NewNodeAsync();
        Assert.Empty(again.Inbox);
        await again.LeaveAsync();

        host.Clock.Advance(TimeSpan.FromMinutes(11));
        var later = await host.NewNodeAsync();
        await later.HearsAsync("befriend");

        var stranger = await host.NewNodeAsync("not-in-manifest");
        Assert.Empty(stranger.Inbox);
    }

    [Fact]
    public async Task A_node_that_trusts_a_gateway_that_has_forgotten_it_is_asked_by_itself()
    {
        await using var host = await NodeHost.StartAsync();
        var node = (await host.TryBootstrapAsync())!;
        await node.SayAsync("hello", ScriptedNode.Hello.Replace("factory", "trusted", StringComparison.Ordinal));
        var befriend = await node.HearsAsync("befriend");
        await node.SayAsync("befriended", $$"""{"id":{{befriend["id"]}},"result":"accepted"}""");
        await node.GetTokenAsync();
        Assert.Equal(NodeTrust.Trusted, host.Node().Trust);
    }

    [Fact]
    public async Task A_node_that_is_trusted_and_there_need_not_be_asked()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        Assert.Equal(BefriendOutcome.Accepted, await host.Link.BefriendAsync("sensor-1", Window));
        Assert.DoesNotContain(node.Inbox, m => m.Topic.EndsWith("befriend", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_tags_of_a_trusted_node_come_from_hello_and_manifest()
    {
        await using var host = await NodeHost.StartAsync();
        await host.TrustedNodeAsync();

        Assert.Equal(
            ["MAN=Edge", "MODEL=SN-1", "SN=0001", "NAME=Sensor 1", "KEY=KEY-1"], host.Node().Tags!.Select(t => $"{t.Name}={t.Text}"));
        Assert.Equal("Sensor 1", host.Node().Name);
        Assert.DoesNotContain("KEY-1", host.Node().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_firmware_version_that_is_a_number_is_a_tag()
    {
        await using var host = await NodeHost.StartAsync();
        await host.TrustedNodeAsync();
        await host.ReturnAsync(hello: ScriptedNode.Hello.Replace("\"0.1.0\"", "\"1.25\"", StringComparison.Ordinal));

        Assert.Equal(1.25, Assert.Single(host.Node().Tags!, t => t.Name == "V").Number);
    }
}
