using System.Net;
using System.Xml.Linq;

using Edge.TestKit;
using Edge.Tests.Xmpp.Web;
using Edge.Xmpp.Bosh;

namespace Edge.Tests.Xmpp.Bosh;

/// <summary>The rules of HTTP binding (XEP-0124 §11, §14, §15, §17): numbers, keys, repetition, and how their breach is told.</summary>
public sealed class BoshRuleTests
{
    private const string Ping = "<iq type='get' id='p' xmlns='jabber:client'><ping xmlns='urn:xmpp:ping'/></iq>";
    private const string Third = "6f825e81f4532b2c5fa2d12457d8a1f22e8f838e";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_was_lost_is_given_again_and_the_request_not_done_twice()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var juliet = await host.Xmpp.OnlineAsync("juliet");
        var rid = client.Rid;
        var first = await client.SendAsync(Ping + "<message to='juliet@edge.local' type='chat'/>");

        var second = await client.RepeatAsync(rid, Ping + "<message to='juliet@edge.local' type='chat'/>");

        Assert.True(XNode.DeepEquals(first, second));
        Assert.Single(await juliet.SoFarAsync(), s => s.Name.LocalName == "message");
    }

    [Fact]
    public async Task A_request_that_is_repeated_while_it_is_held_gets_the_answer_in_its_place()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var rid = client.Rid++;
        var broken = client.RepeatAsync(rid);
        await HeldAsync(host, 1);
        var again = client.RepeatAsync(rid);
        Assert.Equal("error", (string?)(await broken).Attribute("type"));
        var ping = client.SendAsync(Ping);
        Assert.Null((string?)(await again).Attribute("type"));
        Assert.False(ping.IsFaulted);
    }

    [Fact]
    public async Task Requests_that_overtake_each_other_are_done_in_order()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var juliet = await host.Xmpp.OnlineAsync("juliet");
        var late = client.RepeatAsync(client.Rid + 1, "<message to='juliet@edge.local' type='chat' id='2'/>");
        await HeldAsync(host, 1);
        var early = client.RepeatAsync(client.Rid, "<message to='juliet@edge.local' type='chat' id='1'/>");

        Assert.Equal("1", (string?)(await juliet.MessageAsync()).Attribute("id"));
        Assert.Equal("2", (string?)(await juliet.MessageAsync()).Attribute("id"));
        await early; // hold='1'
        Assert.False(late.IsCompleted);
    }

    [Theory, InlineData(10), InlineData(-20)]
    public async Task A_number_outside_the_window_ends_the_session(int off)
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var answer = await client.RepeatAsync(client.Rid + off, Ping);
        Assert.Equal(("terminate", "item-not-found"), ((string?)answer.Attribute("type"), (string?)answer.Attribute("condition")));
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 0);
    }

    [Fact]
    public async Task Keys_are_followed_into_the_next_sequence()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = new BoshClient(host.Http);
        var (second, first) = (BoshClient.NextKey(Third), BoshClient.NextKey(BoshClient.NextKey(Third)));
        await client.BeginAsync($"wait='60' hold='1' ver='1.11' newkey='{first.ToUpperInvariant()}'");
        await client.SendAsync("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", $"key='{second}'");
        var (newLast, newFirst) = ("0123456789", BoshClient.NextKey("0123456789"));
        await client.SendAsync("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", $"key='{Third}' newkey='{newFirst}'");
        var answer = await client.SendAsync("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", $"key='{newLast}'");
        Assert.Null((string?)answer.Attribute("type"));
    }

    [Theory, InlineData(""), InlineData("key='0000'")]
    public async Task Who_does_not_have_the_next_key_ends_the_session_and_gets_nothing(string key)
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = new BoshClient(host.Http);
        await client.BeginAsync($"wait='60' hold='1' ver='1.11' newkey='{BoshClient.NextKey(Third)}'");
        var answer = await client.SendAsync("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", key);
        Assert.Equal("item-not-found", (string?)answer.Attribute("condition"));
        Assert.Empty(answer.Elements());
    }

    [Fact]
    public async Task A_client_that_wants_acknowledgements_gets_them()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = new BoshClient(host.Http);
        var first = client.Rid;
        Assert.Equal(first, (long?)(await client.BeginAsync("wait='60' hold='1' ver='1.11' ack='1'")).Attribute("ack"));
        var held = client.SendAsync();
        await HeldAsync(host, 1);
        var next = client.SendAsync("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        Assert.Equal(first + 2, (long?)(await held).Attribute("ack"));
        await next;
    }

    [Fact]
    public async Task Too_many_requests_at_once_end_the_session()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var rid = client.Rid;
        var late = client.RepeatAsync(rid + 1, Ping);
        var later = client.RepeatAsync(rid + 2, Ping);
        await HeldAsync(host, 2);
        var first = await client.RepeatAsync(rid, Ping);
        Assert.Equal("policy-violation", (string?)first.Attribute("condition"));
        await Task.WhenAll(late, later);
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 0);
    }

    [Fact]
    public async Task Empty_requests_in_quick_succession_end_the_session()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var held = client.SendAsync();
        await HeldAsync(host, 1);
        Assert.Equal("policy-violation", (string?)(await client.SendAsync()).Attribute("condition"));
        Assert.Equal("other-request", (string?)(await held).Attribute("condition"));
    }

    [Fact]
    public async Task A_client_that_polls_is_answered_at_once_and_may_not_poll_too_fast()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:loginSeconds", "600"));
        var client = new BoshClient(host.Http);
        var answer = await client.BeginAsync("wait='0' hold='1' ver='1.11'");
        Assert.Equal(("0", "1", "40"), ((string?)answer.Attribute("wait"), (string?)answer.Attribute("requests"), (string?)answer.Attribute("inactivity")));
        for (var i = 0; i < 20 && !answer.HasElements; i++)
        {
            host.Xmpp.Clock.Advance(TimeSpan.FromSeconds(6));
            answer = await client.SendAsync();
        }

        Assert.NotNull(answer.Element(BoshClient.Stream + "features"));
        Assert.Null((await client.SendAsync()).Attribute("type")); // the one before brought something
        Assert.Equal("policy-violation", (string?)(await client.SendAsync()).Attribute("condition"));
    }

    [Fact]
    public async Task Clients_of_the_old_days_are_told_by_the_status()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = new BoshClient(host.Http);
        await client.BeginAsync("wait='60' hold='1'");
        using var answer = await client.RequestAsync($"<body rid='{client.Rid + 10}' sid='{client.Sid}' xmlns='http://jabber.org/protocol/httpbind'/>");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("<body rid='1' xmlns='http://jabber.org/protocol/httpbind'/>", "improper-addressing")]
    [InlineData("<body rid='1' to='other.example' ver='1.11' xmlns='http://jabber.org/protocol/httpbind'/>", "host-unknown")]
    [InlineData("<body rid='1' sid='1' xmlns='http://jabber.org/protocol/httpbind'/>", "item-not-found")]
    [InlineData("<body to='edge.local' xmlns='http://jabber.org/protocol/httpbind'/>", "bad-request")]
    [InlineData("<body rid='9007199254740992' to='edge.local' xmlns='http://jabber.org/protocol/httpbind'/>", "bad-request")]
    [InlineData("<body rid='1' to='edge.local'/>", "bad-request")]
    [InlineData("<head rid='1' to='edge.local' xmlns='http://jabber.org/protocol/httpbind'/>", "bad-request")]
    [InlineData("<!DOCTYPE body><body rid='1' to='edge.local' xmlns='http://jabber.org/protocol/httpbind'/>", "bad-request")]
    [InlineData("<body", "bad-request")]
    [InlineData("", "bad-request")]
    public async Task A_request_that_belongs_to_no_session_is_told_why(string body, string condition)
    {
        await using var host = await XmppWebHost.StartAsync();
        var answer = await new BoshClient(host.Http).PostAsync(body);
        Assert.Equal(("terminate", condition), ((string?)answer.Attribute("type"), (string?)answer.Attribute("condition")));
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 0);
    }

    [Fact]
    public async Task A_session_that_finds_no_room_is_told_so_and_leaves_nothing_behind()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:connections:total", "1"), ("xmpp:connections:perAddress", "1"));
        await host.Xmpp.ConnectAsync("romeo");
        var answer = await new BoshClient(host.Http).BeginAsync();
        Assert.Equal("remote-stream-error", (string?)answer.Attribute("condition"));
        Assert.Equal("resource-constraint", answer.Element(BoshClient.Stream + "error")!.Elements().First().Name.LocalName);
        await Eventually.HoldsAsync(() => host.Xmpp.Get<BoshTable>().Count == 0);
    }

    [Theory]
    [InlineData("<message><!-- --></message>", "restricted-xml")]
    [InlineData("<message>&lol;</message>", "restricted-xml")]
    [InlineData("<message>", "not-well-formed")]
    [InlineData("text", "bad-format")]
    [InlineData("<message><x:y/></message>", "bad-namespace-prefix")]
    public async Task What_is_wrong_within_a_body_ends_the_stream(string payload, string condition)
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var answer = await client.SendAsync(payload);
        Assert.Equal("remote-stream-error", (string?)answer.Attribute("condition"));
        Assert.Equal(condition, answer.Element(BoshClient.Stream + "error")!.Elements().First().Name.LocalName);
    }

    [Fact]
    public async Task What_a_client_may_send_is_limited_before_it_has_signed_in_and_after()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:maxUnauthenticatedBytes", "4096"), ("xmpp:bosh:maxBodyBytes", "10000"));
        var client = new BoshClient(host.Http);
        await client.BeginAsync();
        var answer = await client.SendAsync($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{new string('x', 5000)}</auth>");
        Assert.Equal("policy-violation", answer.Element(BoshClient.Stream + "error")!.Elements().First().Name.LocalName);
        Assert.Equal("policy-violation", (string?)(await client.SendAsync(new string('x', 10_000))).Attribute("condition"));
    }

    [Theory]
    [InlineData("text/xml; charset=utf-8", "text/xml; charset=utf-8")]
    [InlineData("text/plain", "text/plain")]
    [InlineData("text/html", "text/xml; charset=utf-8")] // would be a page of ours
    public async Task Answers_have_the_type_that_is_asked_for_where_it_does_no_harm(string asked, string given)
    {
        await using var host = await XmppWebHost.StartAsync();
        using var answer = await new BoshClient(host.Http).RequestAsync(
            $"<body rid='1' to='edge.local' ver='1.11' hold='1' wait='60' content='{asked}' xmlns='http://jabber.org/protocol/httpbind'/>");
        Assert.Equal(given, answer.Content.Headers.ContentType?.ToString());
        Assert.NotNull(answer.Content.Headers.ContentLength);
        Assert.Equal("sandbox; default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Fact]
    public async Task Pages_read_answers_only_where_that_is_configured()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:bosh:allowedOrigins:0", "https://panel.example"));
        var client = new BoshClient(host.Http);
        const string Begin = "<body rid='1' to='edge.local' ver='1.11' hold='1' wait='60' xmlns='http://jabber.org/protocol/httpbind'/>";
        using var refused = await client.RequestAsync(Begin, "https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Origin"));

        using var preflight = await host.Http.SendAsync(new(HttpMethod.Options, "/http-bind") { Headers = { { "Origin", "https://panel.example" } } }, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal("Content-Type", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single());
        using var answer = await client.RequestAsync(Begin, "https://panel.example");
        Assert.Equal("https://panel.example", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task Only_POST_is_XMPP_and_nothing_is_where_it_is_off_or_TLS_is_missing()
    {
        await using var host = await XmppWebHost.StartAsync();
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.Http.GetAsync("/http-bind", Cancel)).StatusCode);
        await using var off = await XmppWebHost.StartAsync(("xmpp:bosh:enabled", "false"));
        Assert.Equal(HttpStatusCode.NotFound, (await off.Http.GetAsync("/http-bind", Cancel)).StatusCode);
        await using var plain = await XmppWebHost.StartAsync(new Edge.Xmpp.XmppListenerPolicy());
        using var refused = await new BoshClient(plain.Http).RequestAsync("<body/>");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private static Task HeldAsync(XmppWebHost host, int count) => Eventually.HoldsAsync(() => host.Xmpp.Get<BoshTable>().HeldCount == count);
}
