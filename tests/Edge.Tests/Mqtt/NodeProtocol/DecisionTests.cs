using System.Text.Json.Nodes;

using Edge.Mqtt.Features.NodeProtocol;
using Edge.Things;
using Edge.Things.Provisioning;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>What nodes ask about others (node protocol, "Decisions"; XEP-0324 §3.2 to §3.4).</summary>
public sealed class DecisionTests
{
    private const string CanRead = """{"id":3,"jid":"visitor@edge.local/phone","fieldTypes":["momentary"],"fields":["temperature","humidity"]}""";
    private const string CanControl = """{"id":4,"jid":"visitor@edge.local/phone","parameters":["led","interval"]}""";

    [Fact]
    public async Task Nothing_is_allowed_before_somebody_owns_the_node()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        await node.SayAsync("canRead", CanRead);
        var answer = await node.HearsAsync("canReadResponse");
        Assert.Equal((3, false, "visitor@edge.local/phone"), ((int)answer["id"]!, (bool)answer["result"]!, (string)answer["jid"]!));
        Assert.Null(answer["fields"]);
    }

    [Fact]
    public async Task An_unknown_visitor_is_refused_and_the_owner_is_asked_once()
    {
        await using var host = await OwnedAsync();
        var node = await host.ReturnAsync();
        await DrainAsync(node);
        for (var i = 0; i < 3; i++)
        {
            await node.SayAsync("canRead", CanRead);
            Assert.False((bool)(await node.HearsAsync("canReadResponse"))["result"]!);
        }

        var question = Assert.Single(host.Provisioning.QuestionsFor(NodeHost.Owner));
        Assert.Equal("visitor@edge.local wants to read temperature and humidity of Sensor 1", host.Provisioning.Describe(question));
    }

    [Fact]
    public async Task An_answer_allows_what_the_owner_allowed_and_no_more()
    {
        await using var host = await OwnedAsync();
        var node = await host.ReturnAsync();
        await DrainAsync(node);
        await node.SayAsync("canRead", CanRead);
        await node.HearsAsync("canReadResponse");
        await host.AnswerAsync("temperature");
        await AcknowledgeAsync(node);

        await node.SayAsync("canRead", CanRead);
        var answer = await node.HearsAsync("canReadResponse");
        Assert.True((bool)answer["result"]!);
        Assert.Equal(["temperature"], Names(answer["fields"]));
    }

    [Fact]
    public async Task All_that_was_asked_need_not_be_listed_and_left_out_means_all()
    {
        await using var host = await OwnedAsync();
        var node = await host.ReturnAsync();
        await DrainAsync(node);
        await node.SayAsync("canRead", """{"id":1,"jid":"owner@edge.local"}""");
        var answer = await node.HearsAsync("canReadResponse");
        Assert.True((bool)answer["result"]!);
        Assert.Null(answer["fields"]);

        await node.SayAsync("canRead", """{"id":2,"jid":"visitor@edge.local"}""");
        await node.HearsAsync("canReadResponse");
        Assert.Equal(NameSet.Of("temperature", "humidity"), Assert.Single(host.Provisioning.QuestionsFor(NodeHost.Owner)).Names);
    }

    [Fact]
    public async Task Control_is_decided_by_parameter()
    {
        await using var host = await OwnedAsync();
        var node = await host.ReturnAsync();
        await DrainAsync(node);
        await node.SayAsync("canControl", CanControl);
        Assert.False((bool)(await node.HearsAsync("canControlResponse"))["result"]!);
        await host.AnswerAsync("led");
        await AcknowledgeAsync(node);

        await node.SayAsync("canControl", CanControl);
        Assert.Equal(["led"], Names((await node.HearsAsync("canControlResponse"))["parameters"]));
        await node.SayAsync("canControl", """{"id":5,"jid":"visitor@edge.local","parameters":["interval"]}""");
        Assert.False((bool)(await node.HearsAsync("canControlResponse"))["result"]!);
    }

    [Fact]
    public async Task Names_that_the_node_does_not_have_are_not_put_before_the_owner()
    {
        await using var host = await OwnedAsync();
        var node = await host.ReturnAsync();
        await DrainAsync(node);
        await node.SayAsync("canRead", """{"id":1,"jid":"visitor@edge.local","fields":["password"]}""");
        Assert.False((bool)(await node.HearsAsync("canReadResponse"))["result"]!);
        Assert.Empty(host.Provisioning.QuestionsFor(NodeHost.Owner));
    }

    [Fact]
    public async Task A_question_about_other_nodes_is_refused_and_about_itself_names_it()
    {
        await using var host = await OwnedAsync();
        var node = await host.ReturnAsync();
        await DrainAsync(node);
        await node.SayAsync("canRead", """{"id":1,"jid":"owner@edge.local","nodes":["sensor-2"]}""");
        Assert.False((bool)(await node.HearsAsync("canReadResponse"))["result"]!);

        await node.SayAsync("canRead", """{"id":2,"jid":"owner@edge.local","nodes":["sensor-2","sensor-1"]}""");
        Assert.Equal(["sensor-1"], Names((await node.HearsAsync("canReadResponse"))["nodes"]));
    }

    [Fact]
    public async Task Friends_are_decided_and_told_of_changes_but_only_those_asked_about()
    {
        await using var host = await OwnedAsync();
        var node = await host.ReturnAsync();
        await DrainAsync(node);
        await node.SayAsync("isFriend", """{"id":1,"jid":"visitor@edge.local/phone"}""");
        var answer = await node.HearsAsync("isFriendResponse");
        Assert.Equal((false, false), ((bool)answer["result"]!, (bool)answer["secondaryTrustAllowed"]!));

        var question = Assert.Single(host.Provisioning.QuestionsFor(NodeHost.Owner));
        await host.Provisioning.AnswerAsync(NodeHost.Owner, question.Id, new(NameSet.All, SubjectKind.Caller, null));
        await AcknowledgeAsync(node);
        Assert.Equal("visitor@edge.local", (string?)(await node.HearsAsync("friend"))["jid"]);

        var rule = Assert.Single(host.Provisioning.RulesOf(NodeHost.Owner));
        await host.Provisioning.RevokeAsync(NodeHost.Owner, rule.Id);
        await AcknowledgeAsync(node);
        Assert.Equal("visitor@edge.local", (string?)(await node.HearsAsync("unfriend"))["jid"]);
        Assert.Empty(node.Inbox);
    }

    [Fact]
    public async Task A_friend_who_changed_while_the_node_was_away_is_told_when_it_is_back()
    {
        await using var host = await OwnedAsync();
        var node = await host.ReturnAsync();
        await DrainAsync(node);
        await node.SayAsync("isFriend", """{"id":1,"jid":"visitor@edge.local"}""");
        await node.HearsAsync("isFriendResponse");
        await node.LeaveAsync();
        var question = Assert.Single(host.Provisioning.QuestionsFor(NodeHost.Owner));
        await host.Provisioning.AnswerAsync(NodeHost.Owner, question.Id, new(NameSet.All, SubjectKind.Caller, null));

        var back = await host.ReturnAsync();
        await back.HearsAsync("claimed");
        await AcknowledgeAsync(back);
        await back.HearsAsync("friend");
    }

    [Fact]
    public async Task While_the_gate_is_closed_the_answer_is_not_a_no()
    {
        await using var host = await OwnedAsync();
        var node = await host.ReturnAsync();
        await DrainAsync(node);
        var gate = host.Get<ProvisioningGate>();
        gate.Close();
        foreach (var (message, json) in new[] { ("canRead", CanRead), ("canControl", CanControl), ("isFriend", """{"id":1,"jid":"visitor@edge.local"}""") })
            await node.IsRefusedAsync("service-unavailable", message, json);
        Assert.Empty(host.Provisioning.QuestionsFor(NodeHost.Owner));

        gate.Open();
        await node.SayAsync("canRead", CanRead);
        await node.HearsAsync("canReadResponse");
    }

    [Theory]
    [InlineData("canRead", """{"id":1}""", "jid-malformed")]
    [InlineData("canRead", """{"id":1,"jid":"a b@c"}""", "jid-malformed")]
    [InlineData("canRead", """{"jid":"visitor@edge.local"}""", "bad-request")]
    [InlineData("canRead", """{"id":65536,"jid":"visitor@edge.local"}""", "bad-request")]
    [InlineData("canRead", """{"id":1,"jid":"visitor@edge.local","fields":[]}""", "bad-request")]
    [InlineData("canRead", """{"id":1,"jid":"visitor@edge.local","fields":"temperature"}""", "bad-request")]
    [InlineData("canRead", """{"id":1,"jid":"visitor@edge.local","fields":[1]}""", "bad-request")]
    [InlineData("canRead", """{"id":1,"jid":"visitor@edge.local","fieldTypes":["everything"]}""", "bad-request")]
    [InlineData("canRead", """{"id":1,"jid":"visitor@edge.local","nodes":{}}""", "bad-request")]
    [InlineData("canControl", """{"id":1,"jid":"visitor@edge.local","parameters":[null]}""", "bad-request")]
    [InlineData("isFriend", """{"id":1,"jid":7}""", "jid-malformed")]
    public async Task A_question_that_makes_no_sense_is_answered_with_an_error(string message, string json, string condition)
    {
        await using var host = await OwnedAsync();
        var node = await host.ReturnAsync();
        await DrainAsync(node);
        await node.IsRefusedAsync(condition, message, json);
        Assert.Empty(host.Provisioning.QuestionsFor(NodeHost.Owner));
    }

    private static async Task<NodeHost> OwnedAsync()
    {
        var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        await host.ClaimAsync();
        await node.HearsAsync("claimed");
        await AcknowledgeAsync(node);
        await node.LeaveAsync();
        return host;
    }

    private static async Task DrainAsync(ScriptedNode node) => await node.HearsAsync("claimed");

    private static async Task AcknowledgeAsync(ScriptedNode node)
    {
        var clear = await node.HearsAsync("clearCache");
        await node.SayAsync("clearCacheResponse", $$"""{"id":{{clear["id"]}}}""");
    }

    private static IEnumerable<string> Names(JsonNode? list) => list!.AsArray().Select(n => (string)n!);
}
