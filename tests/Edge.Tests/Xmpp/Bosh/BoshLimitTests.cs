using System.Net.Sockets;
using System.Text;

using Edge.TestKit;
using Edge.Tests.Xmpp.Web;
using Edge.Xmpp.Bosh;

namespace Edge.Tests.Xmpp.Bosh;

/// <summary>What a client over HTTP can make the server read, parse and keep.</summary>
public sealed class BoshLimitTests
{
    private const string Ns = "xmlns='http://jabber.org/protocol/httpbind'";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_elements_of_a_body_are_limited()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:bosh:maxBodyElements", "10"));
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var answer = await client.SendAsync(string.Concat(Enumerable.Repeat("<message to='juliet@edge.local' type='headline'/>", 11)));
        var error = answer.Element(BoshClient.Stream + "error")!;
        Assert.Equal("policy-violation", error.Elements().First().Name.LocalName);
        Assert.Contains("xmpp:bosh:maxBodyElements", error.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("to='edge.local' ver='1.11'", "policy-violation")]
    [InlineData("sid='none'", "item-not-found")]
    public async Task A_body_without_a_session_is_as_short_as_anything_before_signing_in(string attributes, string condition)
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:maxUnauthenticatedBytes", "4096"));
        var answer = await new BoshClient(host.Http).PostAsync($"<body rid='1' {attributes} {Ns}>{string.Concat(Enumerable.Repeat("<a/>", 20_000))}</body>");
        Assert.Equal(("terminate", condition), ((string?)answer.Attribute("type"), (string?)answer.Attribute("condition")));
        Assert.Equal((0, 0), (host.Xmpp.Server.Count, host.Xmpp.Get<BoshTable>().Count));
    }

    [Fact]
    public async Task Of_a_client_that_has_not_signed_in_no_more_is_read_than_it_may_send()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:maxUnauthenticatedBytes", "4096"));
        var client = new BoshClient(host.Http);
        await client.BeginAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", host.Http.BaseAddress!.Port, Cancel);
        var start = $"<body rid='{client.Rid}' sid='{client.Sid}' {Ns}>" + new string(' ', 5000); // and no more of it, ever
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /http-bind HTTP/1.1\r\nHost: edge.local\r\nContent-Length: 400000\r\n\r\n{start}"), Cancel);

        using var reader = new StreamReader(tcp.GetStream());
        var text = "";
        while (!text.EndsWith("</body>", StringComparison.Ordinal)) text += (char)reader.Read();
        Assert.Contains("xmpp:maxUnauthenticatedBytes", text, StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 0);
    }

    [Fact]
    public async Task Who_has_signed_in_sends_more_and_no_more_than_one_body_may_have()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:maxUnauthenticatedBytes", "4096"), ("xmpp:bosh:maxBodyBytes", "20000"));
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var answer = await client.SendAsync($"<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>{new string(' ', 15_000)}");
        Assert.Equal("iq", Assert.Single(answer.Elements()).Name.LocalName);
        Assert.Equal("policy-violation", (string?)(await client.SendAsync(new string(' ', 20_000))).Attribute("condition"));
    }

    [Fact]
    public async Task While_much_waits_to_be_worked_on_requests_are_left_unanswered()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:rates:stanzasPerSecond", "100"), ("xmpp:rates:burstStanzas", "1"));
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        var juliet = await host.Xmpp.OnlineAsync("juliet");
        var many = client.SendAsync(string.Concat(Enumerable.Repeat("<message to='juliet@edge.local' type='headline'/>", 200)));
        await Eventually.HoldsAsync(() => host.Xmpp.Get<BoshTable>().HeldCount == 1);
        var next = client.SendAsync("<message to='juliet@edge.local' type='headline' id='last'/>");
        await Eventually.HoldsAsync(() => host.Xmpp.Get<BoshTable>().HeldCount == 2); // one is more than it holds otherwise

        await Eventually.HoldsAsync(() =>
        {
            if (!many.IsCompleted) host.Xmpp.Clock.Advance(TimeSpan.FromMilliseconds(20)); // the rate lets more through
            return many.IsCompleted;
        });

        Assert.Empty((await many).Elements());
        Assert.NotNull(await juliet.NextAsync(m => (string?)m.Attribute("id") == "last"));
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task A_session_that_has_ended_is_forgotten_however_often_it_is_asked_for()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = await new BoshClient(host.Http).OnlineAsync("romeo");
        await client.SendAsync(attributes: "type='terminate'");
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("item-not-found", (string?)(await client.SendAsync()).Attribute("condition"));
            host.Xmpp.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        await Eventually.HoldsAsync(() => host.Xmpp.Get<BoshTable>().Count == 0);
    }

    [Fact]
    public async Task A_client_that_ends_its_session_before_it_has_signed_in_is_told_the_end()
    {
        await using var host = await XmppWebHost.StartAsync();
        var client = new BoshClient(host.Http);
        await client.BeginAsync();
        var answer = await client.SendAsync(attributes: "type='terminate'");
        Assert.Equal(("terminate", null), ((string?)answer.Attribute("type"), (string?)answer.Attribute("condition")));
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 0);
    }
}
