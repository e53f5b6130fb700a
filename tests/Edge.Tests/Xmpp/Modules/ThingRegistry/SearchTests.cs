using System.Xml.Linq;

using Edge.Tests.Xmpp.Modules.Iot;
using Edge.Things;
using Edge.Things.Registry;

namespace Edge.Tests.Xmpp.Modules.ThingRegistry;

public sealed class SearchTests
{
    private static readonly XNamespace Disco = "urn:xmpp:iot:discovery";

    [Theory]
    [InlineData("<strEq name='man' value='EXAMPLE.org'/>", "a b")]
    [InlineData("<strNEq name='SN' value='100'/>", "b")]
    [InlineData("<strMask name='SN' value='1*0' wildcard='*'/>", "a")]
    [InlineData("<strMask name='SN' value='*0' wildcard='*'/>", "a b")]
    [InlineData("<strMask name='SN' value='2*0*0' wildcard='*'/>", "b")]
    [InlineData("<strMask name='SN' value='100*100' wildcard='*'/>", "")]
    [InlineData("<strRange name='SN' min='100' max='200' maxIncluded='false'/>", "a")]
    [InlineData("<strNRange name='SN' min='100' max='150'/>", "b")]
    [InlineData("<numEq name='V' value='1.2'/>", "a")]
    [InlineData("<numGt name='V' value='1.2'/>", "b")]
    [InlineData("<numGtEq name='V' value='1.2'/>", "a b")]
    [InlineData("<numLtEq name='V' value='1.2'/>", "a")]
    [InlineData("<numRange name='V' min='1' minIncluded='true' max='2' maxIncluded='false'/>", "a")]
    [InlineData("<numNRange name='V' min='1' max='2' maxIncluded='false'/>", "b")]
    [InlineData("<strEq name='MAN' value='example.org'/><numLt name='V' value='2'/>", "a")]
    [InlineData("<strEq name='V' value='1.2'/>", "")]
    [InlineData("<strEq name='KEY' value='key-a'/>", "")]
    [InlineData("<strNEq name='NOSUCH' value='1'/>", "")]
    public async Task Public_things_that_meet_every_condition_are_found(string conditions, string expected)
    {
        await using var host = await StartAsync();

        var answer = await host.GetAsync(IotHost.Visitor, IotHost.RegistryService, $"<search xmlns='urn:xmpp:iot:discovery'>{conditions}</search>");

        Assert.Equal(expected, string.Join(' ', answer.Payload!.Elements(Disco + "thing").Select(t => Jid.Parse(t.Attribute("jid")!.Value).Local)));
        Assert.DoesNotContain("key-", answer.Payload.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_come_a_page_at_a_time()
    {
        await using var host = await StartAsync();

        var first = await host.GetAsync(IotHost.Visitor, IotHost.RegistryService, "<search xmlns='urn:nf:iot:disco:1.0' maxCount='1'><strEq name='MAN' value='example.org'/></search>");
        var second = await host.GetAsync(IotHost.Visitor, IotHost.RegistryService, "<search xmlns='urn:nf:iot:disco:1.0' maxCount='1' offset='1'><strEq name='MAN' value='example.org'/></search>");

        WireXml.Same("""
            <found xmlns='urn:nf:iot:disco:1.0' more='true'>
              <thing jid='a@edge.local'><str name='SN' value='100'/><str name='MAN' value='example.org'/><num name='V' value='1.2'/></thing>
            </found>
            """, first.Payload);
        Assert.Equal("false", second.Payload?.Attribute("more")?.Value);
    }

    [Fact]
    public async Task A_page_is_no_longer_than_the_server_allows()
    {
        await using var host = await StartAsync(("xmpp:thingRegistry:maxFound", "1"));

        var answer = await host.GetAsync(IotHost.Visitor, IotHost.RegistryService, "<search xmlns='urn:xmpp:iot:discovery' maxCount='100'><strEq name='MAN' value='example.org'/></search>");

        Assert.Single(answer.Payload!.Elements());
        Assert.Equal("true", answer.Payload!.Attribute("more")?.Value);
    }

    [Theory]
    [InlineData("<search xmlns='urn:xmpp:iot:discovery'/>")]
    [InlineData("<search xmlns='urn:xmpp:iot:discovery' offset='-1'><strEq name='MAN' value='x'/></search>")]
    [InlineData("<search xmlns='urn:xmpp:iot:discovery'><strEq name='MAN'/></search>")]
    [InlineData("<search xmlns='urn:xmpp:iot:discovery'><strEq value='x'/></search>")]
    [InlineData("<search xmlns='urn:xmpp:iot:discovery'><numEq name='V' value='x'/></search>")]
    [InlineData("<search xmlns='urn:xmpp:iot:discovery'><strMask name='V' value='x'/></search>")]
    [InlineData("<search xmlns='urn:xmpp:iot:discovery'><s name='V' value='x'/></search>")]
    public async Task A_search_without_sense_is_a_bad_request(string payload)
    {
        await using var host = await StartAsync();

        Assert.Equal("bad-request", (await host.GetAsync(IotHost.Visitor, IotHost.RegistryService, payload)).Error?.Condition);
    }

    private static async Task<IotHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var host = await IotHost.StartAsync(null, settings);
        await ClaimAsync(host, "a", "100", 1.2, true);
        await ClaimAsync(host, "b", "200", 2, true);
        await ClaimAsync(host, "hidden", "100", 1.2, false);
        await host.Registry.RegisterAsync(new(Jid.Parse("unclaimed@edge.local")), TagsOf("unclaimed", "100", 1.2));
        return host;
    }

    private static async Task ClaimAsync(IotHost host, string name, string serial, double version, bool isPublic)
    {
        await host.Registry.RegisterAsync(new(Jid.Parse(name + "@edge.local")), TagsOf(name, serial, version));
        Assert.NotNull(await host.Registry.ClaimAsync(Jid.Parse(IotHost.Owner), TagsOf(name, serial, version), isPublic));
    }

    private static Tag[] TagsOf(string name, string serial, double version) =>
        [new("SN", serial), new("MAN", "example.org"), new("V", null, version), new("KEY", "key-" + name)];
}
