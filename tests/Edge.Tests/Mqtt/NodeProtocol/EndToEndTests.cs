using System.Text.Json.Nodes;

using Edge.Identity.Tokens;
using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.TestKit;
using Edge.Tests.Things;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Things.Registry;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>The main job over the real broker: trust, token, telemetry, claim, question, answer, restart.</summary>
public sealed class EndToEndTests : IDisposable
{
    private const string Node = "sensor-1";
    private static readonly MqttMessage Will = new("edge/v1/sensor-1/up/state", "{\"online\":false}"u8.ToArray(), MqttQoS.AtLeastOnce, true);

    private readonly TempFolder _folder = new();
    private readonly DictionaryStorage _storage = new();

    [Fact]
    public async Task A_node_is_trusted_claimed_and_shared_and_a_restart_keeps_it_all()
    {
        JsonNode tokens;
        await using (var host = await BrokerHost.StartAsync(_storage, _folder))
        {
            tokens = await EarnAsync(host);
            await using var node = await host.ConnectAsync(Node, (string)tokens["access"]!, Will);
            Assert.True(await node.ListenAsync());
            await node.SayAsync("hello", ScriptedNode.Hello);
            await node.SayAsync("state", """{"online":true}""", retain: true);
            await node.SayAsync("telemetry", """[{"n":"temperature","v":21.50},{"n":"humidity","v":40.1}]""");
            var thing = host.Get<IConcentrator>().Identify(new(Node, "mqtt"));
            await Eventually.HoldsAsync(() => host.Get<ILatestReadings>().Of(thing).Count == 2);

            var claim = host.Get<INodeClaims>().ClaimTags(new(Node, "mqtt"));
            Assert.NotNull(await host.Get<IThingRegistry>().ClaimAsync(NodeHost.Owner, claim!));
            Assert.Equal("owner@edge.local", (string?)(await node.HearsAsync("claimed"))["owner"]);
            await AcknowledgeAsync(node);

            Assert.Equal(NodeOutcome.Forbidden, (await VisitAsync(host, node)).Outcome);
            var provisioning = host.Get<IProvisioning>();
            var question = Assert.Single(provisioning.QuestionsFor(NodeHost.Owner));
            await provisioning.AnswerAsync(NodeHost.Owner, question.Id, new(NameSet.Of("temperature"), SubjectKind.Caller, null));
            await AcknowledgeAsync(node);
            var result = await VisitAsync(host, node);
            Assert.Equal("temperature=21.50", Assert.Single(result.Readings.Select(r => $"{r.Field}={r.Value}")));
            node.Client.Abort();
            await Eventually.HoldsAsync(() => !host.Get<INodeLink>().Nodes.Single().IsOnline);
        }

        await using var again = await BrokerHost.StartAsync(_storage, _folder);
        Assert.Equal((NodeTrust.Trusted, false), (again.Get<INodeLink>().Nodes.Single().Trust, again.Get<INodeLink>().Nodes.Single().IsOnline));
        await using var back = await again.ConnectAsync(Node, (string)tokens["access"]!, Will);
        await back.ListenAsync();
        await back.SayAsync("hello", ScriptedNode.Hello.Replace("factory", "owned", StringComparison.Ordinal));
        await back.HearsAsync("claimed");
        Assert.Equal(NodeOutcome.Ok, (await VisitAsync(again, back)).Outcome);
    }

    [Fact]
    public async Task A_bootstrap_session_neither_ends_nor_overhears_the_session_of_the_node()
    {
        await using var host = await BrokerHost.StartAsync(_storage, _folder);
        var tokens = await EarnAsync(host);
        await using var node = await host.ConnectAsync(Node, (string)tokens["access"]!, Will);
        await node.ListenAsync();
        await node.SayAsync("hello", ScriptedNode.Hello);
        await Eventually.HoldsAsync(() => host.Get<INodeLink>().Nodes.Single().IsOnline);

        await using var impostor = await host.ConnectAsync(Node, null);
        Assert.True(await impostor.ListenAsync());
        Assert.False(await impostor.Client.SubscribeAsync("edge/v1/#"));
        await impostor.SayAsync("telemetry", """[{"n":"temperature","v":99}]""");
        await impostor.SayAsync("state", """{"online":false}""", retain: true);
        await host.Get<IThingRegistry>().ClaimAsync(NodeHost.Owner, host.Get<INodeClaims>().ClaimTags(new(Node, "mqtt"))!);
        await node.HearsAsync("claimed");
        await node.HearsAsync("clearCache");

        // What the impostor hears first is the answer to its own question: nothing of the above reached it.
        await impostor.SayAsync("discover", """{"id":1}""");
        await impostor.HearsAsync("discovered");
        Assert.False(node.Client.Closed.IsCompleted);
        Assert.True(host.Get<INodeLink>().Nodes.Single().IsOnline);
        Assert.Empty(host.Get<ILatestReadings>().Of(host.Get<IConcentrator>().Identify(new(Node, "mqtt"))));
    }

    [Fact]
    public async Task Telemetry_and_state_reach_who_may_read_them_and_the_rest_of_the_conversation_nobody()
    {
        await using var host = await BrokerHost.StartAsync(_storage, _folder);
        var tokens = await EarnAsync(host);
        var access = host.Get<ITokenService>().Issue("owner@edge.local", "owner", [new(TopicAccess.ReadWrite, "#")]);
        await using var owner = await host.ConnectAsync("owner", access.Value);
        Assert.True(await owner.Client.SubscribeAsync("#"));

        await using var node = await host.ConnectAsync(Node, (string)tokens["access"]!, Will);
        await node.ListenAsync();
        await node.SayAsync("hello", ScriptedNode.Hello);
        await node.SayAsync("refresh", $$"""{"id":1,"refresh":"{{tokens["refresh"]}}"}""");
        await node.HearsAsync("refreshed");
        await owner.Client.PublishAsync(new("edge/v1/sensor-1/down/set", "{}"u8.ToArray(), MqttQoS.AtLeastOnce));
        await node.SayAsync("telemetry", """[{"n":"temperature","v":1}]""");
        node.Client.Abort();

        var heard = new List<string>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        while (heard.Count < 2) heard.Add((await owner.Client.Messages.ReadAsync(patience.Token)).Topic);
        Assert.Equal(["edge/v1/sensor-1/up/telemetry", "edge/v1/sensor-1/up/state"], heard);
    }

    [Fact]
    public async Task A_bootstrap_session_with_a_will_is_refused()
    {
        await using var host = await BrokerHost.StartAsync(_storage, _folder);
        await Assert.ThrowsAsync<MqttConnectRefusedException>(() => host.ConnectAsync(Node, null, Will));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<JsonNode> EarnAsync(BrokerHost host)
    {
        await using var node = await host.ConnectAsync(Node, null);
        Assert.True(await node.ListenAsync());
        await node.SayAsync("hello", ScriptedNode.Hello);
        await Eventually.HoldsAsync(() => host.Get<INodeLink>().Nodes is [{ CanBeAsked: true }]);
        var asking = host.Get<INodeLink>().BefriendAsync(Node, TimeSpan.FromSeconds(30));
        var befriend = await node.HearsAsync("befriend");
        await node.SayAsync("befriended", $$"""{"id":{{befriend["id"]}},"result":"accepted"}""");
        Assert.Equal(BefriendOutcome.Accepted, await asking);
        await node.SayAsync("getToken", """{"id":1}""");
        var challenge = await node.HearsAsync("getTokenChallenge");
        var response = FakeSecrets.Respond(ScriptedNode.Secret, Convert.FromBase64String((string)challenge["challenge"]!), Node);
        await node.SayAsync("getTokenChallengeResponse", $$"""{"id":2,"seqnr":{{challenge["seqnr"]}},"response":"{{Convert.ToBase64String(response)}}"}""");
        return await node.HearsAsync("getTokenResponse");
    }

    /// <summary>A visitor reads over the concentrator; the node asks, and obeys.</summary>
    private static async Task<NodeReadResult> VisitAsync(BrokerHost host, BrokerNode node)
    {
        var reading = host.Get<IConcentrator>().ReadAsync(new(Node, "mqtt"), new(NodeHost.Visitor, NameSet.All, FieldCategories.Momentary, AccessTokens.None)).AsTask();
        var read = await node.HearsAsync("read");
        await node.SayAsync("canRead", $$"""{"id":9,"jid":"{{read["from"]}}","fieldTypes":["momentary"],"fields":{{read["fields"]!.ToJsonString()}}}""");
        var answer = await node.HearsAsync("canReadResponse");
        var id = $"\"id\":{read["id"]},\"seqnr\":{read["seqnr"]}";
        if ((bool)answer["result"]!) await node.SayAsync("fields", $$"""{{{id}},"senml":[{"n":"{{answer["fields"]![0]}}","v":21.50}],"done":true}""");
        else await node.SayAsync("rejected", $$"""{{{id}},"text":"Access denied."}""");
        return await reading;
    }

    private static async Task AcknowledgeAsync(BrokerNode node)
    {
        var clear = await node.HearsAsync("clearCache");
        await node.SayAsync("clearCacheResponse", $$"""{"id":{{clear["id"]}}}""");
    }
}
