using Edge.TestKit;
using Edge.Tests.Xmpp.Modules.Iot;
using Edge.Things;
using Edge.Things.Provisioning;

namespace Edge.Tests.Xmpp.Modules.Provisioning;

public sealed class OwnerTests
{
    private const string Desk = IotHost.Owner + "/desk";

    [Fact]
    public async Task A_question_reaches_the_owner_as_a_sentence_and_as_a_payload()
    {
        await using var host = await IotHost.StartAsync();
        host.Sender.SetOnline(IotHost.Owner, Desk);

        var key = await AskAsync(host);

        var message = Assert.Single(host.Sender.Sent);
        Assert.Equal((IotHost.ProvisioningService, IotHost.Owner), (message.From.ToString(), message.To.ToString()));
        Assert.Equal("chat", message.Stanza.Attribute("type")?.Value);
        Assert.Equal("visitor@edge.local wants to read temperature and humidity of Sensor s1. Answer in the portal.", message.Stanza.Elements().First().Value);
        WireXml.Same($"""
            <canRead xmlns='urn:nf:iot:prov:o:1.0' jid='concentrator.edge.local' remoteJid='visitor@edge.local' key='{key}' all='true'>
              <nd id='s1' src='bus'/><f n='temperature'/><f n='humidity'/>
            </canRead>
            """, message.Payload);
    }

    [Fact]
    public async Task A_question_waits_for_an_owner_who_is_away()
    {
        await using var host = await IotHost.StartAsync();
        await AskAsync(host);
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(host.Sender.Sent);

        host.Sender.SetOnline(IotHost.Owner, Desk);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        await Eventually.HoldsAsync(() => host.Sender.Sent.Count == 1);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Single(host.Sender.Sent);
    }

    [Fact]
    public async Task A_question_that_was_answered_meanwhile_is_not_sent()
    {
        await using var host = await IotHost.StartAsync();
        var key = await AskAsync(host);
        await host.Provisioning.AnswerAsync(Jid.Parse(IotHost.Owner), key, new(NameSet.Empty, SubjectKind.Caller, null));

        host.Sender.SetOnline(IotHost.Owner, Desk);
        host.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Empty(host.Sender.Sent);
    }

    [Fact]
    public async Task Only_so_many_questions_wait()
    {
        await using var host = await IotHost.StartAsync(null, ("xmpp:provisioning:maxWaitingQuestions", "1"));
        await AskAsync(host);
        await host.OwnAsync("s2");
        await host.GetAsync(IotHost.Visitor, IotHost.Concentrator, "<req xmlns='urn:xmpp:iot:sensordata' seqnr='2'><node nodeId='s2'/></req>");

        host.Sender.SetOnline(IotHost.Owner, Desk);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        await Eventually.HoldsAsync(() => host.Sender.Sent.Count == 1);
        Assert.Equal(2, host.Provisioning.QuestionsFor(Jid.Parse(IotHost.Owner)).Count);
    }

    [Fact]
    public async Task The_owner_allows_a_part_from_a_program_that_shows_questions()
    {
        await using var host = await IotHost.StartAsync();
        var key = await AskAsync(host);

        var answer = await host.SetAsync(Desk, IotHost.ProvisioningService, $"""
            <canReadRule xmlns='urn:nf:iot:prov:o:1.0' jid='concentrator.edge.local' remoteJid='visitor@edge.local' key='{key}' result='true'>
              <nd id='s1' src='bus'/><partial><f n='temperature'/></partial><fromJid/>
            </canReadRule>
            """);

        Assert.True(answer.IsSuccess, answer.Error?.ToString());
        var rule = Assert.Single(host.Provisioning.RulesOf(Jid.Parse(IotHost.Owner)));
        Assert.Equal((NameSet.Of("temperature"), NameSet.Of("temperature", "humidity")), (rule.Allows, rule.Covers));
        Assert.Equal(SubjectKind.Caller, rule.Subject.Kind);
        Assert.Empty(host.Provisioning.QuestionsFor(Jid.Parse(IotHost.Owner)));
    }

    [Theory]
    [InlineData("result='false'", "<fromDomain/>", SubjectKind.Domain, "")]
    [InlineData("result='true'", "<all/>", SubjectKind.Anyone, "temperature, humidity")]
    public async Task The_owner_answers_for_a_domain_or_for_all(string result, string origin, SubjectKind scope, string allowed)
    {
        await using var host = await IotHost.StartAsync();
        var key = await AskAsync(host);

        await host.SetAsync(Desk, IotHost.ProvisioningService,
            $"<canReadRule xmlns='urn:ieee:iot:prov:o:1.0' jid='concentrator.edge.local' remoteJid='visitor@edge.local' key='{key}' {result}>{origin}</canReadRule>");

        var rule = Assert.Single(host.Provisioning.RulesOf(Jid.Parse(IotHost.Owner)));
        Assert.Equal((scope, allowed), (rule.Subject.Kind, rule.Allows.ToString()));
    }

    [Theory]
    [InlineData(IotHost.Visitor, "canReadRule", "visitor@edge.local", "result='true'", "<fromJid/>", "item-not-found")]
    [InlineData(Desk, "canControlRule", "visitor@edge.local", "result='true'", "<fromJid/>", "item-not-found")]
    [InlineData(Desk, "canReadRule", "other@edge.local", "result='true'", "<fromJid/>", "item-not-found")]
    [InlineData(Desk, "canReadRule", "visitor@edge.local", "", "<fromJid/>", "bad-request")]
    [InlineData(Desk, "canReadRule", "visitor@edge.local", "result='true'", "<fromUser token='T'/>", "bad-request")]
    [InlineData(Desk, "canReadRule", "visitor@edge.local", "result='true'", "<partial m='true'/><fromJid/>", "feature-not-implemented")]
    [InlineData(Desk, "canReadRule", "visitor@edge.local", "result='true'", "<partial><f/></partial><fromJid/>", "bad-request")]
    public async Task An_answer_that_is_not_the_owners_or_not_understood_changes_nothing(
        string from, string element, string remoteJid, string result, string content, string condition)
    {
        await using var host = await IotHost.StartAsync();
        var key = await AskAsync(host);

        var answer = await host.SetAsync(from, IotHost.ProvisioningService,
            $"<{element} xmlns='urn:nf:iot:prov:o:1.0' jid='concentrator.edge.local' remoteJid='{remoteJid}' key='{key}' {result}>{content}</{element}>");

        Assert.Equal(condition, answer.Error?.Condition);
        Assert.Empty(host.Provisioning.RulesOf(Jid.Parse(IotHost.Owner)));
        Assert.Single(host.Provisioning.QuestionsFor(Jid.Parse(IotHost.Owner)));
    }

    private static async Task<string> AskAsync(IotHost host)
    {
        await host.OwnAsync("s1");
        await host.GetAsync(IotHost.Visitor, IotHost.Concentrator,
            "<req xmlns='urn:xmpp:iot:sensordata' seqnr='1' momentary='true'><node nodeId='s1'/><field name='temperature'/><field name='humidity'/></req>");
        return Assert.Single(host.Provisioning.QuestionsFor(Jid.Parse(IotHost.Owner))).Id;
    }
}
