using System.Xml.Linq;

using Edge.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;

namespace Edge.Tests.Xmpp.Routing;

public sealed class RoutingTests
{
    private static readonly XNamespace Test = "urn:test";

    [Fact]
    public async Task An_iq_between_clients_arrives_as_it_was_with_its_true_sender()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        var asking = romeo.RequestAsync(juliet.Address, IqType.Get, new XElement(Test + "q", new XAttribute("a", "1")));
        var request = await juliet.NextAsync(s => s.Name.LocalName == "iq" && s.Element(Test + "q") is not null);
        Assert.Equal(romeo.Address.ToString(), (string?)request.Attribute("from"));
        await juliet.AnswerAsync(request, new XElement(Test + "r"));
        Assert.Equal(Test + "r", (await asking).Payload?.Name);
    }

    [Theory]
    [InlineData("juliet@edge.local/nowhere", "service-unavailable")]
    [InlineData("juliet@edge.local", "service-unavailable")]
    [InlineData("nobody.edge.local", "service-unavailable")]
    [InlineData("user@things.edge.local", "service-unavailable")]
    [InlineData("elsewhere.example", "remote-server-not-found")]
    [InlineData("edge.local", "service-unavailable")]
    [InlineData("a@@b", "jid-malformed")]
    public async Task A_request_to_nobody_is_answered_with_the_right_error(string to, string condition) =>
        Assert.Contains($"<{condition} ", await AnswerToAsync($"<iq type='get' id='1' to='{to}'><q xmlns='urn:test'/></iq>"), StringComparison.Ordinal);

    [Theory]
    [InlineData("<iq type='get' to='edge.local'><ping xmlns='urn:xmpp:ping'/></iq>")]
    [InlineData("<iq id='x' to='edge.local'><ping xmlns='urn:xmpp:ping'/></iq>")]
    [InlineData("<iq id='x' type='ask' to='edge.local'><ping xmlns='urn:xmpp:ping'/></iq>")]
    [InlineData("<iq id='x' type='get' to='edge.local'/>")]
    [InlineData("<iq id='x' type='get' to='edge.local'><ping xmlns='urn:xmpp:ping'/><ping xmlns='urn:xmpp:ping'/></iq>")]
    public async Task An_iq_that_breaks_the_rules_is_a_bad_request(string iq) =>
        Assert.Contains("<bad-request ", await AnswerToAsync(iq), StringComparison.Ordinal);

    [Fact]
    public async Task Messages_go_to_every_client_that_is_there_for_the_account()
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        var (phone, desk, shy) = (await host.OnlineAsync("juliet", "phone"), await host.OnlineAsync("juliet", "desk"), await host.OnlineAsync("juliet", "shy"));
        await shy.SendAsync(new XElement("presence", new XElement("priority", "-1")));
        await shy.SoFarAsync();

        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local"), "to all");
        Assert.Equal("to all", (await phone.MessageAsync()).Value);
        Assert.Equal(romeo.Address.ToString(), (string?)(await desk.MessageAsync()).Attribute("from"));
        await romeo.SendMessageAsync(shy.Address, "to one");
        Assert.Equal("to one", (await shy.MessageAsync()).Value);
        await romeo.SendMessageAsync(Conversation.Of("juliet@edge.local/gone"), "to the account");
        Assert.Equal("to the account", (await phone.MessageAsync()).Value);
    }

    [Theory]
    [InlineData("groupchat", "juliet@edge.local", true)]
    [InlineData("chat", "nobody@edge.local", true)]
    [InlineData("chat", "things.edge.local", true)]
    [InlineData("headline", "juliet@edge.local", false)]
    [InlineData("error", "juliet@edge.local", false)]
    public async Task A_message_that_nobody_takes_is_answered_by_its_type(string type, string to, bool hasError)
    {
        await using var host = new XmppHost();
        var romeo = await host.OnlineAsync("romeo");
        await romeo.SendAsync(new XElement("message", new XAttribute("type", type), new XAttribute("to", to), new XElement("body", "?")));
        var errors = (await romeo.SoFarAsync()).Where(s => (string?)s.Attribute("type") == "error").ToList();
        Assert.Equal(hasError ? 1 : 0, errors.Count);
        Assert.All(errors, e => Assert.Contains("service-unavailable", e.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_asks_a_client_and_gets_its_answer_or_an_error_in_time()
    {
        await using var host = new XmppHost();
        var juliet = await host.OnlineAsync("juliet");
        var sender = host.Get<IStanzaSender>();
        Assert.Equal([juliet.Address], sender.OnlineResources(juliet.Address.Bare));

        var asking = AskAsync(sender, juliet.Address);
        var request = await juliet.NextAsync(s => s.Name.LocalName == "iq");
        Assert.Equal("things.edge.local", (string?)request.Attribute("from"));
        await AnswerAsAsync(juliet, request, new XElement(Test + "r"));
        Assert.Equal(Test + "r", (await asking).Payload?.Name);

        asking = AskAsync(sender, juliet.Address);
        await juliet.NextAsync(s => s.Name.LocalName == "iq");
        host.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(StanzaError.RemoteServerTimeout, (await asking).Error);

        asking = AskAsync(sender, juliet.Address);
        await juliet.DisposeAsync();
        Assert.Equal(StanzaError.ServiceUnavailable, (await asking).Error);
        Assert.Equal(StanzaError.ServiceUnavailable, (await AskAsync(sender, juliet.Address)).Error);
        Assert.Equal(0, host.Get<PendingRequests>().Count);
    }

    [Fact]
    public async Task Nobody_answers_for_another()
    {
        await using var host = new XmppHost();
        var (juliet, mallory) = (await host.OnlineAsync("juliet"), await host.OnlineAsync("nurse"));
        var asking = AskAsync(host.Get<IStanzaSender>(), juliet.Address);
        var request = await juliet.NextAsync(s => s.Name.LocalName == "iq");
        await AnswerAsAsync(mallory, request, new XElement(Test + "forged"));
        await mallory.SoFarAsync();
        await AnswerAsAsync(juliet, request, new XElement(Test + "true"));
        Assert.Equal(Test + "true", (await asking).Payload?.Name);
    }

    [Fact]
    public async Task A_slow_service_keeps_its_order_and_holds_up_nothing_else()
    {
        var slow = new SlowModule();
        await using var host = new XmppHost(module: slow, settings: ("xmpp:maxRequestsPerSession", "2"));
        var romeo = await host.OnlineAsync("romeo");
        var address = Conversation.Of("slow.edge.local");
        Task<IqResult> one = AskSlowAsync(romeo, address, "1"), two = AskSlowAsync(romeo, address, "2");
        await romeo.SoFarAsync(); // a ping is answered meanwhile
        var third = await AskSlowAsync(romeo, address, "3");
        Assert.Equal("resource-constraint", third.Error?.Condition);
        Assert.Contains("xmpp:maxRequestsPerSession", third.Error!.Text, StringComparison.Ordinal);
        Assert.Equal(["1"], slow.Begun);

        slow.Go.SetResult();
        Assert.True((await one).IsSuccess && (await two).IsSuccess);
        Assert.Equal(["1", "2"], slow.Begun);
    }

    [Fact]
    public async Task A_handler_that_fails_is_an_error_for_its_requester_only()
    {
        await using var host = new XmppHost(module: new SlowModule());
        var romeo = await host.OnlineAsync("romeo");
        var answer = await romeo.RequestAsync(Conversation.Of("slow.edge.local"), IqType.Set, new XElement(Test + "fail"));
        Assert.Equal(StanzaError.InternalServerError.Condition, answer.Error?.Condition);
        Assert.Equal("feature-not-implemented", (await romeo.RequestAsync(Conversation.Of("slow.edge.local"), IqType.Get, new XElement(Test + "other"))).Error?.Condition);
        await romeo.SoFarAsync();
    }

    private static Task<IqResult> AskAsync(IStanzaSender sender, Jid to) =>
        sender.RequestAsync(Conversation.Of("things.edge.local"), to, IqType.Set, new XElement(Test + "q"), TimeSpan.FromSeconds(10)).AsTask();

    private static Task<IqResult> AskSlowAsync(XmppClient client, Jid to, string text) =>
        client.RequestAsync(to, IqType.Get, new XElement(Test + "wait", text));

    // The client's helper names itself; an answer needs no `from`, and a liar would not say whose it is either.
    private static Task AnswerAsAsync(XmppClient client, XElement request, XElement payload) => client.SendAsync(new XElement("iq",
        new XAttribute("type", "result"), new XAttribute("id", (string)request.Attribute("id")!), new XAttribute("to", (string)request.Attribute("from")!), payload));

    private static async Task<string> AnswerToAsync(string stanza)
    {
        await using var host = new XmppHost();
        var raw = await host.BoundRawAsync("romeo");
        await raw.SendAsync(stanza);
        return await raw.ReadUntilAsync("</iq>");
    }

    private sealed class SlowModule : IXmppModule
    {
        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Begun { get; } = [];

        public void Configure(XmppModuleBuilder xmpp) => xmpp
            .OnService("slow", "component", "generic", "Slow")
            .OnIqGet(Test + "wait", async (iq, _) =>
            {
                Begun.Add(iq.Payload.Value);
                await Go.Task;
                return IqResult.Empty;
            })
            .OnIqSet(Test + "fail", (_, _) => throw new InvalidOperationException("A bug."));
    }
}
