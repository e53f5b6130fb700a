using System.Net;
using System.Text.Json;
using System.Xml.Linq;

using Edge.Tests.Xmpp.Web;
using Edge.Xmpp.HostMeta;

namespace Edge.Tests.Xmpp.HostMeta;

public sealed class HostMetaTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_forms_name_the_ways_that_are_on_at_the_address_that_was_asked()
    {
        await using var host = await XmppWebHost.StartAsync();
        var at = host.Http.BaseAddress!.Authority;
        string[] expected = [$"urn:xmpp:alt-connections:websocket ws://{at}/xmpp-websocket", $"urn:xmpp:alt-connections:xbosh http://{at}/http-bind"];

        var xml = XDocument.Parse(await host.Http.GetStringAsync("/.well-known/host-meta", Cancel));
        Assert.Equal(XName.Get("XRD", "http://docs.oasis-open.org/ns/xri/xrd-1.0"), xml.Root!.Name);
        Assert.Equal(expected, xml.Root.Elements().Select(l => $"{l.Attribute("rel")!.Value} {l.Attribute("href")!.Value}"));

        using var json = JsonDocument.Parse(await host.Http.GetStringAsync("/.well-known/host-meta.json", Cancel));
        Assert.Equal(expected, json.RootElement.GetProperty("links").EnumerateArray().Select(l => $"{l.GetProperty("rel").GetString()} {l.GetProperty("href").GetString()}"));
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
