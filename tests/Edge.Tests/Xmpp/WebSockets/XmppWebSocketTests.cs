using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Xml.Linq;

using Edge.TestKit;
using Edge.Tests.Mqtt.WebSockets;
using Edge.Tests.Xmpp.Web;
using Edge.Xmpp.WebSockets;

namespace Edge.Tests.Xmpp.WebSockets;

/// <summary>XMPP in WebSocket: RFC 7395.</summary>
public sealed class XmppWebSocketTests
{
    private const string StreamError = "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData("xmpp"), InlineData(null)] // existing IoT clients ask for none
    public async Task A_stream_is_opened_with_or_without_the_sub_protocol_and_offers_no_STARTTLS(string? subProtocol)
    {
        await using var host = await XmppWebHost.StartAsync();
        using var client = await FramedClient.ConnectAsync(host.WebSocket, subProtocol);

        Assert.Equal(subProtocol, client.Socket.SubProtocol);
        await client.SendAsync(FramedClient.Open);
        var open = XElement.Parse(await client.ReadAsync());
        Assert.Equal(("edge.local", "1.0", "en"), ((string?)open.Attribute("from"), (string?)open.Attribute("version"), (string?)open.Attribute(XNamespace.Xml + "lang")));
        Assert.DoesNotContain(open.Attributes(), a => a.IsNamespaceDeclaration && a.Name.LocalName != "xmlns"); // would break those clients
        var features = XElement.Parse(await client.ReadAsync());
        Assert.Equal(XName.Get("features", "http://etherx.jabber.org/streams"), features.Name);
        Assert.DoesNotContain("starttls", features.ToString(), StringComparison.Ordinal);
        Assert.Contains("SCRAM-SHA-256", features.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_go_both_ways_between_a_WebSocket_and_a_connection_each_complete_in_itself()
    {
        await using var host = await XmppWebHost.StartAsync();
        using var romeo = await FramedClient.BindAsync(host.WebSocket, "romeo");
        await romeo.SendAsync("<presence xmlns='jabber:client'/>");
        Assert.Contains("from='romeo@edge.local", await romeo.ReadAsync(), StringComparison.Ordinal);
        var juliet = await host.Xmpp.OnlineAsync("juliet");

        await juliet.SendMessageAsync(Conversation.Of("romeo@edge.local"), "Good night");
        var message = XElement.Parse(await romeo.ReadAsync());
        Assert.Equal("Good night", message.Element(Conversation.Client + "body")?.Value);

        await romeo.SendAsync("<message to='juliet@edge.local' type='chat'><body>A thousand times</body></message>"); // as if on a stream
        Assert.Equal("A thousand times", (await juliet.MessageAsync()).Element(Conversation.Client + "body")?.Value);
        await romeo.SendAsync("<m:message xmlns:m='jabber:client' to='juliet@edge.local' type='chat'><m:body>good night</m:body></m:message>");
        Assert.Equal("good night", (await juliet.MessageAsync()).Element(Conversation.Client + "body")?.Value);
    }

    [Fact]
    public async Task Fragments_are_one_message_and_white_space_is_none()
    {
        await using var host = await XmppWebHost.StartAsync();
        using var client = await FramedClient.BindAsync(host.WebSocket, "romeo");

        await client.SendAsync(" ");
        var ping = Encoding.UTF8.GetBytes("<iq xmlns='jabber:client' type='get' id='é'><ping xmlns='urn:xmpp:ping'/></iq>");
        for (var i = 0; i < ping.Length; i++) await client.Socket.SendAsync(ping.AsMemory(i, 1), WebSocketMessageType.Text, i == ping.Length - 1, Cancel);

        Assert.Contains("id='é'", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<iq xmlns='jabber:client' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq><presence xmlns='jabber:client'/>", "bad-format")]
    [InlineData("<message xmlns='jabber:client'>", "not-well-formed")]
    [InlineData("hello", "bad-format")]
    [InlineData("<", "not-well-formed")]
    [InlineData("</message>", "not-well-formed")]
    [InlineData("<?xml version='1.0'?><presence xmlns='jabber:client'/>", "restricted-xml")]
    [InlineData("<!-- --><presence xmlns='jabber:client'/>", "restricted-xml")]
    [InlineData("<hello xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", "bad-format")]
    public async Task A_message_that_is_not_one_element_ends_the_stream(string text, string condition)
    {
        await using var host = await XmppWebHost.StartAsync();
        using var client = await FramedClient.BindAsync(host.WebSocket, "romeo");
        await client.SendAsync(text);
        var messages = await client.ReadToEndAsync();
        Assert.StartsWith(StreamError + condition, messages[0], StringComparison.Ordinal);
        Assert.Equal([FramedClient.Close, "closed 1002"], messages[1..]);
    }

    [Fact]
    public async Task A_binary_message_ends_the_connection_with_1003()
    {
        await using var host = await XmppWebHost.StartAsync();
        using var client = await FramedClient.BindAsync(host.WebSocket, "romeo");
        await client.Socket.SendAsync(Encoding.UTF8.GetBytes("<presence xmlns='jabber:client'/>"), WebSocketMessageType.Binary, true, Cancel);
        Assert.Equal("closed 1003", (await client.ReadToEndAsync())[^1]);
    }

    [Theory, InlineData(false, 9000), InlineData(true, 300_000)]
    public async Task A_message_beyond_the_limit_ends_the_stream(bool isBound, int length)
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:maxUnauthenticatedBytes", "8192"));
        using var client = isBound ? await FramedClient.BindAsync(host.WebSocket, "romeo") : await FramedClient.ConnectAsync(host.WebSocket);
        if (!isBound) await client.OpenAsync();
        await client.SendAsync($"<message xmlns='jabber:client'><body>{new string('x', length)}</body></message>");
        Assert.Contains(await client.ReadToEndAsync(), m => m.StartsWith(StreamError + "policy-violation", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_error_at_the_beginning_comes_behind_our_opening()
    {
        await using var host = await XmppWebHost.StartAsync();
        using var client = await FramedClient.ConnectAsync(host.WebSocket);
        await client.SendAsync("<stream:stream to='edge.local' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>");
        var messages = await client.ReadToEndAsync();
        Assert.StartsWith("<open ", messages[0], StringComparison.Ordinal);
        Assert.StartsWith(StreamError + "not-well-formed", messages[1], StringComparison.Ordinal);
        Assert.Equal([FramedClient.Close, "closed 1002"], messages[2..]);
    }

    [Fact]
    public async Task A_foreign_host_is_unknown()
    {
        await using var host = await XmppWebHost.StartAsync();
        using var client = await FramedClient.ConnectAsync(host.WebSocket);
        await client.SendAsync(FramedClient.Open.Replace("edge.local", "other.example", StringComparison.Ordinal));
        Assert.StartsWith(StreamError + "host-unknown", (await client.ReadToEndAsync())[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_the_stream_closes_the_WebSocket()
    {
        await using var host = await XmppWebHost.StartAsync();
        using var client = await FramedClient.BindAsync(host.WebSocket, "romeo");
        await client.SendAsync(FramedClient.Close);
        Assert.Equal([FramedClient.Close, "closed 1000"], await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Closing_the_WebSocket_ends_the_session()
    {
        await using var host = await XmppWebHost.StartAsync();
        using var client = await FramedClient.BindAsync(host.WebSocket, "romeo");
        await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 0);
    }

    [Fact]
    public async Task Clients_are_sent_elsewhere_where_that_is_configured()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:webSocket:seeOtherUri", "wss://other.example/xmpp"));
        using var client = await FramedClient.ConnectAsync(host.WebSocket);
        await client.SendAsync(FramedClient.Open);
        Assert.Equal(
            ["<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='wss://other.example/xmpp'/>", "closed 1000"], await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Those_who_are_sent_elsewhere_take_a_place_until_they_are_told()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:webSocket:seeOtherUri", "wss://other.example/xmpp"), ("xmpp:connections:total", "1"), ("xmpp:connections:perAddress", "1"));
        using var first = await FramedClient.ConnectAsync(host.WebSocket);
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 1);
        using var second = await FramedClient.ConnectAsync(host.WebSocket);
        Assert.Equal(["closed 1001"], await second.ReadToEndAsync());

        await first.SendAsync(FramedClient.Open);
        Assert.Equal(2, (await first.ReadToEndAsync()).Count);
        await Eventually.HoldsAsync(() => host.Xmpp.Server.Count == 0);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Closing_the_stream_before_signing_in_is_answered_alike(bool isOpen)
    {
        await using var host = await XmppWebHost.StartAsync();
        using var client = await FramedClient.ConnectAsync(host.WebSocket);
        if (isOpen) await client.OpenAsync();
        await client.SendAsync(FramedClient.Close);
        Assert.Equal([FramedClient.Close, "closed 1000"], await client.ReadToEndAsync());
    }

    [Fact]
    public async Task The_server_says_why_it_ends_a_session()
    {
        await using var host = await XmppWebHost.StartAsync();
        using var client = await FramedClient.BindAsync(host.WebSocket, "romeo");
        await ((Microsoft.Extensions.Hosting.IHostedService)host.Xmpp.Server).StopAsync(CancellationToken.None);
        var messages = await client.ReadToEndAsync();
        Assert.StartsWith(StreamError + "system-shutdown", messages[0], StringComparison.Ordinal);
        Assert.Equal([FramedClient.Close, "closed 1001"], messages[1..]);
    }

    [Theory]
    [InlineData("mqtt", null, 400)]
    [InlineData("xmpp", "https://evil.example", 403)]
    [InlineData("xmpp", "null", 403)]
    public async Task What_is_no_XMPP_client_or_a_foreign_page_is_refused(string subProtocol, string? origin, int status)
    {
        await using var host = await XmppWebHost.StartAsync();
        var refused = await Assert.ThrowsAsync<RefusedException>(() => FramedClient.ConnectAsync(host.WebSocket, subProtocol, origin));
        Assert.Equal(status, refused.Status);
    }

    [Fact]
    public async Task A_page_that_is_allowed_connects()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:webSocket:allowedOrigins:0", "https://panel.example"));
        using var client = await FramedClient.ConnectAsync(host.WebSocket, origin: "https://panel.example");
        await client.OpenAsync();
    }

    [Fact]
    public async Task Without_TLS_only_listeners_that_allow_it_serve()
    {
        await using var host = await XmppWebHost.StartAsync(new Edge.Xmpp.XmppListenerPolicy { Name = "http" });
        Assert.Equal(403, (await Assert.ThrowsAsync<RefusedException>(() => FramedClient.ConnectAsync(host.WebSocket))).Status);
    }

    [Fact]
    public async Task A_request_that_is_no_WebSocket_is_told_so_and_none_is_served_where_it_is_off()
    {
        await using var host = await XmppWebHost.StartAsync();
        Assert.Equal(HttpStatusCode.UpgradeRequired, (await host.Http.GetAsync("/xmpp-websocket", Cancel)).StatusCode);

        await using var off = await XmppWebHost.StartAsync(("xmpp:webSocket:enabled", "false"));
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => FramedClient.ConnectAsync(off.WebSocket))).Status);
    }

    [Fact]
    public void Wrong_settings_are_told_with_their_keys()
    {
        var options = new XmppWebSocketOptions { KeepAliveSeconds = -1, SeeOtherUri = "ws://other.example" };
        options.AllowedOrigins.Add("panel.example/x");
        Assert.Equal(
            [
                "xmpp:webSocket:allowedOrigins has 'panel.example/x': give scheme, host and port only, such as https://panel.example, or *.",
                "xmpp:webSocket:keepAliveSeconds is -1: give 1 to 3600, or 0 for never.",
                "xmpp:webSocket:seeOtherUri is 'ws://other.example': give an address such as wss://xmpp.example/xmpp-websocket, or leave it out.",
            ],
            new XmppWebSocketOptionsValidator().Validate(null, options).Failures);
    }
}
