using Edge.Tests.Things;
using Edge.Things.Nodes;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>Challenges, tokens and what survives a restart (XEP-0324 §3.1.3).</summary>
public sealed class TokenTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_node_whose_button_was_not_pressed_gets_no_challenge()
    {
        await using var host = await NodeHost.StartAsync(settings: ("askEveryMinutes", "0"));
        var node = await host.NewNodeAsync();
        await node.IsRefusedAsync("forbidden", "getToken", """{"id":1}""");
    }

    [Fact]
    public async Task A_wrong_response_is_refused_and_uses_the_challenge_up()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await AcceptedAsync(host);
        await node.SayAsync("getToken", """{"id":1}""");
        var challenge = await node.HearsAsync("getTokenChallenge");
        var seqnr = challenge["seqnr"];

        await node.IsRefusedAsync("bad-request", "getTokenChallengeResponse", $$"""{"id":2,"seqnr":{{seqnr}},"response":"{{node.Respond(challenge, new byte[32])}}"}""");
        await node.IsRefusedAsync("item-not-found", "getTokenChallengeResponse", $$"""{"id":3,"seqnr":{{seqnr}},"response":"{{node.Respond(challenge)}}"}""");
        Assert.Equal(NodeTrust.Untrusted, host.Node().Trust);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no base64")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_response_that_is_no_hmac_is_refused(string response)
    {
        await using var host = await NodeHost.StartAsync();
        var node = await AcceptedAsync(host);
        await node.SayAsync("getToken", """{"id":1}""");
        var challenge = await node.HearsAsync("getTokenChallenge");
        await node.IsRefusedAsync("bad-request", "getTokenChallengeResponse", $$"""{"id":2,"seqnr":{{challenge["seqnr"]}},"response":"{{response}}"}""");
    }

    [Fact]
    public async Task A_challenge_is_good_for_more_than_a_minute_but_not_for_ever()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await AcceptedAsync(host);
        await node.SayAsync("getToken", """{"id":1}""");
        var first = await node.HearsAsync("getTokenChallenge");
        await node.SayAsync("getToken", """{"id":2}""");
        var second = await node.HearsAsync("getTokenChallenge");

        host.Clock.Advance(TimeSpan.FromSeconds(61));
        await node.SayAsync("getTokenChallengeResponse", $$"""{"id":3,"seqnr":{{first["seqnr"]}},"response":"{{node.Respond(first)}}"}""");
        await node.HearsAsync("getTokenResponse");

        host.Clock.Advance(TimeSpan.FromSeconds(60));
        await node.IsRefusedAsync("item-not-found", "getTokenChallengeResponse", $$"""{"id":4,"seqnr":{{second["seqnr"]}},"response":"{{node.Respond(second)}}"}""");
    }

    [Fact]
    public async Task A_challenge_belongs_to_its_session()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await AcceptedAsync(host);
        await node.SayAsync("getToken", """{"id":1}""");
        var challenge = await node.HearsAsync("getTokenChallenge");

        var other = await host.TryBootstrapAsync();
        await other!.IsRefusedAsync("item-not-found", "getTokenChallengeResponse", $$"""{"id":2,"seqnr":{{challenge["seqnr"]}},"response":"{{other.Respond(challenge)}}"}""");
    }

    [Fact]
    public async Task Challenges_that_nobody_answers_are_bounded()
    {
        await using var host = await NodeHost.StartAsync(settings: ("maxChallenges", "2"));
        var node = await AcceptedAsync(host);
        for (var i = 0; i < 2; i++)
        {
            await node.SayAsync("getToken", """{"id":1}""");
            await node.HearsAsync("getTokenChallenge");
        }

        await node.IsRefusedAsync("policy-violation", "getToken", """{"id":1}""");
        host.Clock.Advance(TimeSpan.FromSeconds(121));
        await node.SayAsync("getToken", """{"id":1}""");
        await node.HearsAsync("getTokenChallenge");
    }

    [Fact]
    public async Task A_refresh_token_gives_new_access_in_any_session_of_its_node()
    {
        await using var host = await NodeHost.StartAsync();
        var bootstrap = await host.NewNodeAsync();
        var refresh = (await bootstrap.EarnTokenAsync(Window))["refresh"];
        await bootstrap.SayAsync("refresh", $$"""{"id":5,"refresh":"{{refresh}}"}""");
        var refreshed = await bootstrap.HearsAsync("refreshed");
        Assert.Equal((5, 3600), ((int)refreshed["id"]!, (int)refreshed["expiresIn"]!));
        Assert.Null(refreshed["refresh"]);

        var node = await host.ReturnAsync();
        await node.SayAsync("refresh", $$"""{"id":6,"refresh":"{{refresh}}"}""");
        await node.HearsAsync("refreshed");
        await node.IsRefusedAsync("not-authorized", "refresh", """{"id":7,"refresh":"refresh-999"}""");
        Assert.Contains("sensor-1: refreshed", host.Steps);
    }

    [Fact]
    public async Task Another_nodes_refresh_token_is_void()
    {
        await using var host = await NodeHost.StartAsync();
        var refresh = (await (await host.NewNodeAsync()).EarnTokenAsync(Window))["refresh"];
        await host.Secrets.AddAsync(new("sensor-2", ScriptedNode.Secret, "KEY-2"));
        var other = await host.NewNodeAsync("sensor-2");
        await other.EarnTokenAsync(Window);

        await other.IsRefusedAsync("not-authorized", "refresh", $$"""{"id":1,"refresh":"{{refresh}}"}""");
    }

    [Fact]
    public async Task A_restart_keeps_trust_description_and_tags()
    {
        var storage = new DictionaryStorage();
        await using (var first = await NodeHost.StartAsync(storage)) await first.TrustedNodeAsync();

        await using var host = await NodeHost.StartAsync(storage);
        var node = host.Node();
        Assert.Equal((NodeTrust.Trusted, false, "SN-1"), (node.Trust, node.IsOnline, node.Model));
        Assert.Equal(["temperature", "humidity"], node.Fields.Select(f => f.Name));
        Assert.Equal(["led", "interval"], node.Parameters.Select(p => p.Name));

        await host.ReturnAsync();
        Assert.True(host.Node().IsOnline);
    }

    [Fact]
    public async Task A_restart_between_press_and_token_asks_for_no_second_press()
    {
        var storage = new DictionaryStorage();
        await using (var first = await NodeHost.StartAsync(storage)) await AcceptedAsync(first);

        await using var host = await NodeHost.StartAsync(storage);
        var node = await host.NewNodeAsync();
        await node.HearsAsync("befriend"); // it said that it is factory-new; it may as well not have kept the press
        await node.GetTokenAsync();
        Assert.Equal(NodeTrust.Trusted, host.Node().Trust);
    }

    [Fact]
    public async Task A_node_that_lost_its_token_proves_itself_again_while_it_stays_trusted()
    {
        await using var host = await NodeHost.StartAsync();
        await (await host.TrustedNodeAsync()).LeaveAsync();
        var node = await host.NewNodeAsync();
        Assert.Equal((NodeTrust.Trusted, false, true), (host.Node().Trust, host.Node().IsOnline, host.Node().CanBeAsked));

        var token = await node.GetTokenAsync();
        var next = await node.EarnTokenAsync(Window); // and a node that lost even its trust can be asked again
        await node.IsRefusedAsync("not-authorized", "refresh", $$"""{"id":1,"refresh":"{{token["refresh"]}}"}""");
        await node.SayAsync("refresh", $$"""{"id":2,"refresh":"{{next["refresh"]}}"}""");
        await node.HearsAsync("refreshed");
    }

    [Fact]
    public async Task An_impostors_hello_changes_nothing_of_a_trusted_node()
    {
        await using var host = await NodeHost.StartAsync(settings: ("askEveryMinutes", "0"));
        var node = await host.TrustedNodeAsync();
        var impostor = await host.TryBootstrapAsync();
        await impostor!.SayAsync("hello", """{"man":"Evil","model":"X","state":"factory","fields":[{"n":"password","t":"text"}]}""");

        Assert.Equal(("Edge", "SN-1", true), (host.Node().Manufacturer, host.Node().Model, host.Node().IsOnline));
        await impostor.LeaveAsync();
        Assert.True(host.Node().IsOnline);
        Assert.Empty(node.Inbox);
    }

    [Fact]
    public async Task No_more_nodes_are_trusted_than_allowed()
    {
        await using var host = await NodeHost.StartAsync(settings: [("maxNodes", "1"), ("askEveryMinutes", "0")]);
        await host.TrustedNodeAsync();
        var other = await host.NewNodeAsync("sensor-2");
        var asking = host.Link.BefriendAsync("sensor-2", Window);
        var befriend = await other.HearsAsync("befriend");
        await other.IsRefusedAsync("resource-constraint", "befriended", $$"""{"id":{{befriend["id"]}},"result":"accepted"}""");
        Assert.Equal(BefriendOutcome.Rejected, await asking);
    }

    [Fact]
    public async Task Secrets_and_tokens_are_not_stored_in_clear()
    {
        await using var host = await NodeHost.StartAsync();
        var token = await (await host.NewNodeAsync()).EarnTokenAsync(Window);
        foreach (var secret in new[] { (string)token["deviceToken"]!, (string)token["access"]!, (string)token["refresh"]! })
            Assert.DoesNotContain(secret, host.Storage.Dump, StringComparison.Ordinal);
    }

    private static async Task<ScriptedNode> AcceptedAsync(NodeHost host)
    {
        var node = await host.NewNodeAsync();
        var asking = host.Link.BefriendAsync("sensor-1", Window);
        var befriend = await node.HearsAsync("befriend");
        await node.SayAsync("befriended", $$"""{"id":{{befriend["id"]}},"result":"accepted"}""");
        await asking;
        return node;
    }
}
