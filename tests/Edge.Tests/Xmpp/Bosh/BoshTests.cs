using System.Net;
using System.Xml.Linq;

using Edge.TestKit;
using Edge.Tests.Xmpp.Web;
using Edge.Xmpp.Bosh;

namespace Edge.Tests.Xmpp.Bosh;

/// <summary>XMPP over HTTP: what client and server agree on, and what goes over it (XEP-0124, XEP-0206).</summary>
public sealed class BoshTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_answer_has_the_terms_and_the_features_and_no_prefix_but_that_of_the_stream()
    {
        await using var host = await XmppWebHost.StartAsync();
        var answer = await new BoshClient(host.Http).BeginAsync("wait='300' hold='5' ver='1.6'");

        var terms = answer.Attributes().Where(a => !a.IsNamespaceDeclaration && a.Name.LocalName != "sid").ToDictionary(a => a.Name.ToString(), a => a.Value);
        Assert.Equal(
            [("from", "edge.local"), ("hold", "2"), ("inactivity", "30"), ("maxpause", "120"), ("polling", "5"), ("requests", "3"), ("ver", "1.6"), ("wait", "60")],
            terms.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => (t.Key, t.Value)));
        Assert.Equal(["stream"], answer.Attributes().Where(a => a.IsNamespaceDeclaration && a.Name.LocalName != "xmlns").Select(a => a.Name.LocalName));
        Assert.Contains("SCRAM-SHA-256", answer.Element(BoshClient.Stream + "features")!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("starttls", answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_go_both_ways_between_HTTP_and_a_connection()
    {
        await using var host = await XmppWebHost.StartAsync();
        var romeo = await new BoshClient(host.Http).OnlineAsync("romeo");
        Assert.Equal("presence", (await romeo.SendAsync("<presence xmlns='jabber:client'/>")).Elements().Single().Name.LocalName);
        var juliet = await host.Xmpp.OnlineAsync("juliet");

        var waiting = romeo.SendAsync();
        await juliet.SendMessageAsync(Conversation.Of("romeo@edge.local"), "Good night");
        Assert.Equal("Good night", (await waiting).Element(Conversation.Client + "message")?.Element(Conversation.Client + "body")?.Value);

        var sending = romeo.SendAsync("<message to='juliet@edge.local' type='chat'><body>A thousand times</body></message><message to='juliet@edge.local'/>");
        Assert.Equal("A thousand times", (await juliet.MessageAsync()).Element(Conversation.Client + "body")?.Value);
        Assert.NotNull(await juliet.MessageAsync());
        Assert.False(sending.IsCompleted); // held
    }

    [Fact]
    public async Task A_held_request_is_let_go_by_the_next_or_by_time()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var held = client.SendAsync();
        await HeldAsync(host);
        host.Xmpp.Clock.Advance(TimeSpan.FromSeconds(6)); // or it would ask too often
        var next = client.SendAsync();
        Assert.Empty((await held).Elements());

        Assert.False(next.IsCompleted);
        host.Xmpp.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Empty((await next).Elements());
    }

    [Fact]
    public async Task Without_a_request_the_session_ends()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        host.Xmpp.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, host.Xmpp.Server.Count);
        host.Xmpp.Clock.Advance(TimeSpan.FromSeconds(2));
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 0);
        Assert.Equal("item-not-found", (string?)(await client.SendAsync()).Attribute("condition"));
        Assert.Equal(0, host.Xmpp.Get<BoshTable>().Count);
    }

    [Fact]
    public async Task A_pause_answers_everything_and_lengthens_the_silence_once()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var held = client.SendAsync();
        await HeldAsync(host);
        Assert.Empty((await client.SendAsync(attributes: "pause='100'")).Elements());
        Assert.Empty((await held).Elements());
        host.Xmpp.Clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal("iq", (await client.SendAsync("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>")).Elements().Single().Name.LocalName);
        host.Xmpp.Clock.Advance(TimeSpan.FromSeconds(40));
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 0);
    }

    [Fact]
    public async Task Ending_the_session_ends_every_request_and_carries_the_last_words()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var other = await host.Xmpp.OnlineAsync("juliet");
        var held = client.SendAsync();
        await HeldAsync(host);
        var end = client.SendAsync("<message to='juliet@edge.local' type='chat' id='bye'/>", "type='terminate'");
        Assert.Equal("bye", (string?)(await other.MessageAsync()).Attribute("id"));
        Assert.Equal("terminate", (string?)(await held).Attribute("type")); // the oldest
        Assert.Null((string?)(await held).Attribute("condition"));
        Assert.Empty((await end).Elements());
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 1);
    }

    [Fact]
    public async Task A_stream_error_ends_the_session_behind_what_else_there_is()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var answer = await client.SendAsync("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq><greeting/>");
        if (answer.Attribute("type") is null) answer = await client.SendAsync(); // the answer to the ping was quicker
        Assert.Equal(("terminate", "remote-stream-error"), ((string?)answer.Attribute("type"), (string?)answer.Attribute("condition")));
        Assert.Equal("unsupported-stanza-type", answer.Element(BoshClient.Stream + "error")!.Elements().First().Name.LocalName);
    }

    [Fact]
    public async Task The_end_waits_for_the_next_request_where_none_is_there()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        await ((Microsoft.Extensions.Hosting.IHostedService)host.Xmpp.Server).StopAsync(CancellationToken.None);
        var answer = await client.SendAsync();
        Assert.Equal("system-shutdown", (string?)answer.Attribute("condition"));
        Assert.Equal("system-shutdown", answer.Element(BoshClient.Stream + "error")!.Elements().First().Name.LocalName);
        Assert.Equal("item-not-found", (string?)(await client.SendAsync()).Attribute("condition"));
    }

    [Fact]
    public async Task A_client_that_fetches_nothing_loses_its_session_and_holds_up_nobody()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:outboxStanzas", "50"));
        var stuck = await new BoshClient(host.Http).OnlineAsync("romeo");
        await stuck.SendAsync("<presence/>");
        var juliet = await host.Xmpp.OnlineAsync("juliet");
        for (var i = 0; i < 2000 && host.Xmpp.Server.Count == 2; i++) await juliet.SendMessageAsync(Conversation.Of("romeo@edge.local"), new string('x', 2000));
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 1);
        await juliet.SoFarAsync();
    }

    [Fact]
    public void Wrong_settings_are_told_with_their_keys()
    {
        var options = new BoshOptions { MaxWaitSeconds = 0, MaxHold = 11, InactivitySeconds = 4, PollingSeconds = 0, MaxPauseSeconds = 0, MaxBodyBytes = 1, MaxBodyElements = 9 };
        options.AllowedOrigins.Add("*.example");
        Assert.Equal(
            [
                "xmpp:bosh:allowedOrigins has '*.example': give scheme, host and port only, such as https://panel.example, or *.",
                "xmpp:bosh:maxWaitSeconds is 0: give 1 to 600.",
                "xmpp:bosh:maxHold is 11: give 1 to 10.",
                "xmpp:bosh:inactivitySeconds is 4: give 5 to 3600.",
                "xmpp:bosh:pollingSeconds is 0: give 1 to 60.",
                "xmpp:bosh:maxPauseSeconds is 0: give 1 to 3600.",
                "xmpp:bosh:maxBodyBytes is 1: give 10000 to 67108864.",
                "xmpp:bosh:maxBodyElements is 9: give 10 to 100000.",
            ],
            new BoshOptionsValidator().Validate(null, options).Failures);
    }

    // Until the server holds a request: the next one must not overtake it.
    private static Task HeldAsync(XmppWebHost host) => Eventually.HoldsAsync(() => host.Xmpp.Get<BoshTable>().HeldCount == 1);
}
