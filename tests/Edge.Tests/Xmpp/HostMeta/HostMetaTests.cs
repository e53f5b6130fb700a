using System.Net;
using System.Text.Json;
using System.Xml.Linq;

using Edge.Tests.Xmpp.Web;
using Edge.Xmpp.HostMeta;

using Microsoft.AspNetCore.Http;

namespace Edge.Tests.Xmpp.HostMeta;

public sealed class HostMetaTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_forms_name_the_ways_that_are_on()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:hostMeta:baseUri", "https://xmpp.example"));
        string[] expected = ["urn:xmpp:alt-connections:websocket wss://xmpp.example/xmpp-websocket", "urn:xmpp:alt-connections:xbosh https://xmpp.example/http-bind"];

        var xml = XDocument.Parse(await host.Http.GetStringAsync("/.well-known/host-meta", Cancel));
        Assert.Equal(XName.Get("XRD", "http://docs.oasis-open.org/ns/xri/xrd-1.0"), xml.Root!.Name);
        Assert.Equal(expected, xml.Root.Elements().Select(l => $"{l.Attribute("rel")!.Value} {l.Attribute("href")!.Value}"));

        using var json = JsonDocument.Parse(await host.Http.GetStringAsync("/.well-known/host-meta.json", Cancel));
        Assert.Equal(expected, json.RootElement.GetProperty("links").EnumerateArray().Select(l => $"{l.GetProperty("rel").GetString()} {l.GetProperty("href").GetString()}"));
    }

    [Theory]
    [InlineData("https", "urn:xmpp:alt-connections:websocket wss://gate.example:8443/xmpp-websocket", "urn:xmpp:alt-connections:xbosh https://gate.example:8443/http-bind")]
    [InlineData("http")] // XEP-0156 §3: https and wss only
    public async Task The_address_that_was_asked_is_named_where_nobody_can_read_along(string scheme, params string[] expected)
    {
        await using var host = new XmppHost();
        var http = new DefaultHttpContext { Request = { Method = "GET", Scheme = scheme, Host = new("gate.example", 8443), Path = "/.well-known/host-meta" } };
        http.Response.Body = new MemoryStream();
        await host.Get<HostMetaHandler>().HandleAsync(http);
        http.Response.Body.Position = 0;
        var xml = await XDocument.LoadAsync(http.Response.Body, LoadOptions.None, Cancel);
        Assert.Equal(expected, xml.Root!.Elements().Select(l => $"{l.Attribute("rel")!.Value} {l.Attribute("href")!.Value}"));
    }

    [Fact]
    public async Task Every_page_may_read_them_and_nobody_write()
    {
        await using var host = await XmppWebHost.StartAsync();
        using var answer = await host.Http.GetAsync("/.well-known/host-meta.json", Cancel);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        using var post = await host.Http.PostAsync("/.well-known/host-meta", new StringContent("x"), Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_way_that_is_off_is_not_named_and_an_address_of_its_own_is()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:bosh:enabled", "false"), ("xmpp:hostMeta:baseUri", "https://xmpp.example/"));
        var xml = XDocument.Parse(await host.Http.GetStringAsync("/.well-known/host-meta", Cancel));
        Assert.Equal("wss://xmpp.example/xmpp-websocket", Assert.Single(xml.Root!.Elements()).Attribute("href")!.Value);
    }

    [Fact]
    public async Task Where_it_is_off_there_is_nothing()
    {
        await using var host = await XmppWebHost.StartAsync(("xmpp:hostMeta:enabled", "false"));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync("/.well-known/host-meta", Cancel)).StatusCode);
    }

    [Fact]
    public void A_wrong_address_is_told_with_its_key() => Assert.Equal(
        ["xmpp:hostMeta:baseUri is 'http://x': give scheme, host and port only, such as https://xmpp.example, or leave it out."],
        new HostMetaOptionsValidator().Validate(null, new() { BaseUri = "http://x" }).Failures);
}
