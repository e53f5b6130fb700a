using Edge.TestKit;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Sessions;

using Microsoft.Extensions.Hosting;

namespace Edge.Tests.Xmpp.Sessions;

public sealed class StreamTests
{
    private const string Tail = " xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    [Theory]
    [InlineData("<stream:stream to='other.example' version='1.0'" + Tail, "host-unknown")]
    [InlineData("<stream:stream version='1.0'" + Tail, "improper-addressing")]
    [InlineData("<stream:stream to='' version='1.0'" + Tail, "improper-addressing")]
    [InlineData("<stream:stream to='@edge.local' version='1.0'" + Tail, "improper-addressing")]
    [InlineData("<stream:stream to='romeo@edge.local' version='1.0'" + Tail, "host-unknown")]
    [InlineData("<stream:stream to='edge.local'" + Tail, "unsupported-version")]
    [InlineData("<stream:stream to='edge.local' version='0.9'" + Tail, "unsupported-version")]
    [InlineData("<stream:stream to='edge.local' version='one'" + Tail, "unsupported-version")]
    [InlineData("<stream:stream to='edge.local' version='1.0' x:y='z'" + Tail, "bad-namespace-prefix")]
    [InlineData("<stream:stream to='edge.local' version='1.0' xmlns:x='' xmlns='jabber:client'>", "not-well-formed")]
    [InlineData("<?xml version='1.0' encoding='ISO-8859-1'?><stream:stream to='edge.local' version='1.0'" + Tail, "unsupported-encoding")]
    [InlineData("<?xml encoding='utf-8'?><stream:stream to='edge.local' version='1.0'" + Tail, "not-well-formed")]
    [InlineData("\uFEFF<stream:stream to='edge.local' version='1.0'" + Tail, "bad-format")]
    [InlineData("<stream:stream to='edge.local' version='1.0' xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>", "invalid-namespace")]
    [InlineData("<stream:stream to='edge.local' version='1.0' xmlns='jabber:client' xmlns:stream='urn:wrong'>", "invalid-namespace")]
    [InlineData("<stream:river to='edge.local' version='1.0'" + Tail, "bad-format")]
    [InlineData("<!DOCTYPE x>", "restricted-xml")]
    [InlineData("hello", "bad-format")]
    public async Task A_wrong_header_is_answered_with_a_header_and_its_error(string header, string condition)
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync(header);
        var answer = await raw.ReadToEndAsync();
        Assert.StartsWith("<?xml version='1.0'?><stream:stream ", answer, StringComparison.Ordinal);
        Assert.Contains($"<stream:error><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>", answer, StringComparison.Ordinal);
        Assert.EndsWith("</stream:error></stream:stream>", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<message from='juliet@edge.local' to='nurse@edge.local'/>", "invalid-from")]
    [InlineData("<message from='romeo@edge.local/other' to='nurse@edge.local'/>", "invalid-from")]
    [InlineData("<greeting/>", "unsupported-stanza-type")]
    [InlineData("<message xmlns='jabber:server'/>", "unsupported-stanza-type")]
    [InlineData("<message><!-- --></message>", "restricted-xml")]
    [InlineData("<message><a></message>", "not-well-formed")]
    [InlineData("<message><x:y/></message>", "bad-namespace-prefix")]
    public async Task What_ends_a_bound_stream(string text, string condition)
    {
        await using var host = new XmppHost();
        var raw = await host.BoundRawAsync("romeo");
        await raw.SendAsync(text);
        var answer = await raw.ReadToEndAsync();
        Assert.Contains($"<stream:error><{condition} ", answer, StringComparison.Ordinal);
        Assert.EndsWith("</stream:stream>", answer, StringComparison.Ordinal);
    }

    [Theory, InlineData("1.1"), InlineData("2.0"), InlineData("01.00")]
    public async Task A_higher_version_is_answered_with_ours(string version)
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync($"<stream:stream to='Edge.Local' from='romeo@edge.local' version='{version}' xml:lang='de'" + Tail);
        var answer = await raw.ReadUntilAsync(">");
        answer += await raw.ReadUntilAsync(">");
        Assert.Matches("^<\\?xml version='1.0'\\?><stream:stream [^>]* id='[0-9a-f]{20}' from='edge.local' to='romeo@edge.local' version='1.0' xml:lang='en'>$", answer);
        Assert.Contains("mechanisms", await raw.ReadUntilAsync("</stream:features>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_that_was_served_once_is_gone()
    {
        await using var host = new XmppHost(settings: ("xmpp:formerDomains:0", "old.example"));
        var raw = host.OpenRaw();
        await raw.SendAsync("<stream:stream to='old.example' version='1.0'" + Tail);
        Assert.Contains("<host-gone ", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_are_sent_elsewhere_where_that_is_configured()
    {
        await using var host = new XmppHost(settings: ("xmpp:seeOtherHost", "[2001:db8::1]:5299"));
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        Assert.Contains(
            "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>[2001:db8::1]:5299</see-other-host>", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other.example", "old.example", 0)]
    [InlineData("other.example:5299", "", 1)]
    [InlineData("a b", "old.example", 1)]
    [InlineData("https://other.example", "old example", 2)]
    public void Where_clients_are_sent_and_what_is_gone_are_checked(string other, string former, int faults)
    {
        var options = new Edge.Xmpp.XmppOptions { SeeOtherHost = other };
        options.FormerDomains.Add(former);
        Assert.Equal(faults, new Edge.Xmpp.XmppOptionsValidator().Validate(null, options).Failures?.Count() ?? 0);
    }

    [Theory, InlineData("juliet@edge.local", "<invalid-from "), InlineData("romeo@other.example", "<invalid-from "), InlineData("romeo@edge.local/x", "<bind ")]
    public async Task Who_has_signed_in_opens_no_stream_as_somebody_else(string from, string answer)
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        await raw.SignInAsync("romeo");
        await raw.SendAsync(RawClient.Header.Replace("version", $"from='{from}' version", StringComparison.Ordinal));
        await raw.ReadUntilAsync(answer);
    }

    [Fact]
    public async Task An_error_on_a_restarted_stream_has_a_header_of_its_own()
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        await raw.SignInAsync("romeo");
        await raw.SendAsync("<!-- -->");
        Assert.StartsWith("<?xml version='1.0'?><stream:stream ", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<message to='juliet@edge.local'/>", "not-authorized")]
    [InlineData("<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>", "not-authorized")]
    [InlineData("<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>", "unsupported-stanza-type")]
    [InlineData("<stream:stream/>", "unsupported-stanza-type")]
    public async Task What_ends_a_stream_before_signing_in(string text, string condition)
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header + text);
        Assert.Contains($"<stream:error><{condition} ", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handshake_that_fails_ends_the_connection_without_another_word()
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        await raw.SendAsync("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        await raw.ReadUntilAsync("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        await raw.SendAsync("<stream:stream> this is no handshake of TLS at all");
        Assert.DoesNotContain("stream", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_sent_in_the_clear_behind_starttls_ends_the_stream()
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        await raw.SendAsync("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><presence/>"); // CVE-2011-0411
        Assert.Contains("<policy-violation ", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_stream_is_closed_in_return()
    {
        await using var host = new XmppHost();
        var raw = await host.BoundRawAsync("romeo");
        await raw.SendAsync("</stream:stream>");
        Assert.EndsWith("</stream:stream>", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_before_signing_in_are_limited()
    {
        await using var host = new XmppHost(settings: ("xmpp:maxUnauthenticatedBytes", "4096"));
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        for (var i = 0; i < 5; i++) await raw.SendAsync(new string(' ', 1000));
        var answer = await raw.ReadToEndAsync();
        Assert.Contains("<policy-violation", answer, StringComparison.Ordinal);
        Assert.Contains("xmpp:maxUnauthenticatedBytes", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_before_signing_in_is_limited()
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        host.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, host.Server.Count);
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains("<connection-timeout", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_client_is_pinged_and_then_let_go()
    {
        await using var host = new XmppHost();
        var raw = await host.BoundRawAsync("romeo");
        host.Clock.Advance(TimeSpan.FromSeconds(121));
        Assert.Contains("<ping xmlns='urn:xmpp:ping'/>", await raw.ReadUntilAsync("</iq>"), StringComparison.Ordinal);
        host.Clock.Advance(TimeSpan.FromSeconds(120));
        var answer = await raw.ReadToEndAsync();
        Assert.DoesNotContain("<ping", answer, StringComparison.Ordinal);
        Assert.Contains("<connection-timeout", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task White_space_keeps_a_client_alive()
    {
        await using var host = new XmppHost();
        var raw = await host.BoundRawAsync("romeo");
        for (var i = 0; i < 6; i++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(100));
            await raw.SendAsync(" <iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
            await raw.ReadUntilAsync("type='result'");
        }

        Assert.Equal(1, host.Server.Count);
    }

    [Fact]
    public async Task A_client_that_does_not_read_loses_its_session_and_holds_up_nobody()
    {
        await using var host = new XmppHost(settings: ("xmpp:outboxStanzas", "50"));
        var stuck = await host.BoundRawAsync("romeo");
        await stuck.SendAsync("<presence/>");
        await stuck.ReadUntilAsync("<presence");
        var juliet = await host.OnlineAsync("juliet");
        for (var i = 0; i < 2000 && host.Server.Count == 2; i++) await juliet.SendMessageAsync(Edge.Things.Jid.Parse("romeo@edge.local"), new string('x', 2000));
        await Eventually.HoldsAsync(() => host.Server.Count == 1);
        Assert.True((await juliet.RequestAsync(null, IqType.Get, new(System.Xml.Linq.XName.Get("ping", "urn:xmpp:ping")))).IsSuccess);
    }

    [Fact]
    public async Task Connections_are_limited()
    {
        await using var host = new XmppHost(settings: [("xmpp:connections:total", "1"), ("xmpp:connections:perAddress", "1")]);
        await host.ConnectAsync("romeo");
        var answer = await host.OpenRaw().ReadToEndAsync();
        Assert.Contains("<resource-constraint", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_server_stops_everybody_is_told()
    {
        await using var host = new XmppHost();
        var client = await host.OnlineAsync("romeo");
        await ((IHostedService)host.Server).StopAsync(CancellationToken.None);
        var e = await Assert.ThrowsAsync<XmppClientException>(() => client.Incoming.Completion.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
        Assert.Equal("system-shutdown", e.Condition);
        Assert.Equal(0, host.Server.Count);
    }

    [Fact]
    public async Task What_waits_for_a_client_goes_out_before_the_server_stops()
    {
        await using var host = new XmppHost();
        var romeo = await host.BoundRawAsync("romeo", "phone");
        var juliet = await host.BoundRawAsync("juliet");
        for (var i = 0; i < 10; i++) await juliet.SendAsync($"<message to='romeo@edge.local/phone'><body>{i}.{new string('x', 2000)}</body></message>");
        await juliet.SoFarAsync();
        var stop = ((IHostedService)host.Server).StopAsync(CancellationToken.None);
        var text = await romeo.ReadToEndAsync();
        Assert.Contains("<body>9.x", text.Split("<system-shutdown")[0], StringComparison.Ordinal);
        Assert.EndsWith("</stream:stream>", text, StringComparison.Ordinal);
        await stop;
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_up_the_end_of_the_server_for_seconds_only()
    {
        await using var host = new XmppHost();
        await host.BoundRawAsync("romeo", "phone"); // reads nothing more
        var juliet = await host.BoundRawAsync("juliet");
        for (var i = 0; i < 10; i++) await juliet.SendAsync($"<message to='romeo@edge.local/phone'><body>{new string('x', 20_000)}</body></message>");
        await juliet.SoFarAsync();
        var timers = host.Clock.ArmedTimers;
        var stop = ((IHostedService)host.Server).StopAsync(CancellationToken.None);
        Assert.Contains("<system-shutdown", await juliet.ReadToEndAsync(), StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => host.Clock.ArmedTimers > timers + 1); // the goodbye's, and the server's
        Assert.False(stop.IsCompleted);
        host.Clock.Advance(TimeSpan.FromSeconds(6));
        await stop.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
    }
}
