using System.Xml.Linq;

using Edge.Tests.Xmpp.Modules;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Discovery;

/// <summary>Finding services as programs of IoT over XMPP do: the features of the server's own domain first, then those of each of its items, compared as
/// exact strings; an error counts as no features, and no answer costs them a quarter of a minute for each item.</summary>
public sealed class FindingComponentsTests
{
    private static readonly XNamespace Info = "http://jabber.org/protocol/disco#info";
    private static readonly XNamespace Items = "http://jabber.org/protocol/disco#items";

    [Theory]
    [InlineData("things.edge.local", "urn:nf:iot:disco:1.0", "urn:ieee:iot:disco:1.0")]
    [InlineData("things.edge.local", "urn:ieee:iot:disco:1.0")]
    [InlineData("things.edge.local", "urn:nfi:iot:disco:1.0")]
    [InlineData("things.edge.local", "urn:xmpp:iot:discovery")]
    [InlineData("provisioning.edge.local", "urn:nf:iot:prov:d:1.0", "urn:ieee:iot:prov:d:1.0")]
    [InlineData("provisioning.edge.local", "urn:nf:iot:prov:o:1.0", "urn:ieee:iot:prov:o:1.0")]
    [InlineData("provisioning.edge.local", "urn:nfi:iot:prov:d:1.0")]
    [InlineData("provisioning.edge.local", "urn:xmpp:iot:provisioning")]
    [InlineData("concentrator.edge.local", "urn:nf:iot:sd:1.0", "urn:ieee:iot:sd:1.0")]
    [InlineData("concentrator.edge.local", "urn:nf:iot:ctr:1.0", "urn:ieee:iot:ctr:1.0")]
    [InlineData("edge.local", "urn:xmpp:reporting:0")]
    [InlineData("edge.local", "urn:xmpp:reporting:reason:abuse:0")]
    [InlineData("edge.local", "urn:xmpp:reporting:reason:spam:0")]
    public async Task A_service_is_found_by_each_spelling_of_its_feature(string service, params string[] features)
    {
        await using var server = new XmppHost();
        var device = await server.OnlineAsync("romeo");

        Assert.Equal(service, await FindAsync(device, "edge.local", features));
    }

    // What nobody serves here is not found anywhere, so that programs do not wait for what never comes.
    [Theory]
    [InlineData("urn:xmpp:eventlog")]
    [InlineData("http://jabber.org/protocol/muc")]
    [InlineData("http://jabber.org/protocol/pubsub")]
    [InlineData("urn:nf:iot:leg:id:1.0")]
    [InlineData("urn:nf:iot:swu:1.0")]
    [InlineData("urn:nf:iot:geo:1.0")]
    [InlineData("urn:xmpp:http:upload:0")]
    [InlineData("http://jabber.org/protocol/bytestreams")]
    [InlineData("jabber:iq:search")]
    [InlineData("urn:xmpp:smtp")]
    public async Task What_is_not_served_is_not_found(string feature)
    {
        await using var server = new XmppHost();
        var device = await server.OnlineAsync("romeo");

        Assert.Null(await FindAsync(device, "edge.local", feature));
    }

    [Fact]
    public async Task Every_item_of_the_domain_answers_and_has_a_name_for_people()
    {
        await using var server = new XmppHost();
        var device = await server.OnlineAsync("romeo");

        var items = (await device.GetAsync("edge.local", $"<query xmlns='{Items}'/>")).Payload!.Elements(Items + "item").ToList();

        Assert.NotEmpty(items);
        foreach (var item in items)
        {
            Assert.NotEmpty(item.Attribute("name")!.Value);
            var info = await device.GetAsync(item.Attribute("jid")!.Value, $"<query xmlns='{Info}'/>");
            Assert.Contains(info.Payload!.Elements(Info + "feature"), f => f.Attribute("var")?.Value == Info.NamespaceName);
            Assert.Equal(item.Attribute("name")!.Value, info.Payload!.Element(Info + "identity")?.Attribute("name")?.Value);
        }
    }

    [Theory]
    [InlineData("nothing.edge.local")]
    [InlineData("edge.local/nothing")]
    [InlineData("romeo@things.edge.local")]
    [InlineData("another.example")]
    public async Task An_address_where_nobody_is_is_answered_with_an_error_at_once(string address)
    {
        await using var server = new XmppHost();
        var device = await server.OnlineAsync("romeo");

        Assert.NotNull((await device.GetAsync(address, $"<query xmlns='{Info}'/>")).Error);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("romeo@edge.local")]
    public async Task The_own_account_is_an_account(string? address)
    {
        await using var server = new XmppHost();
        var device = await server.OnlineAsync("romeo");

        var info = (await device.GetAsync(address, $"<query xmlns='{Info}'/>")).Payload!;
        var items = (await device.GetAsync(address, $"<query xmlns='{Items}'/>")).Payload!;

        Assert.Equal(("account", "registered"), (info.Element(Info + "identity")?.Attribute("category")?.Value, info.Element(Info + "identity")?.Attribute("type")?.Value));
        Assert.Equal(device.Address.ToString(), Assert.Single(items.Elements()).Attribute("jid")?.Value);
        // Events of one's own (PEP) are not served: an account that said so would be published to in vain.
        Assert.DoesNotContain(info.Elements(Info + "identity"), i => i.Attribute("category")?.Value == "pubsub");
    }

    private static async Task<string?> FindAsync(XmppClient client, string domain, params string[] features)
    {
        if (await HasAsync(client, domain, features)) return domain;

        var items = await client.GetAsync(domain, $"<query xmlns='{Items}'/>");
        foreach (var item in items.Payload!.Elements(Items + "item").Select(i => i.Attribute("jid")!.Value))
        {
            if (await HasAsync(client, item, features)) return item;
        }

        return null;
    }

    private static async Task<bool> HasAsync(XmppClient client, string address, string[] features)
    {
        var info = await client.GetAsync(address, $"<query xmlns='{Info}'/>");
        return info.IsSuccess && info.Payload!.Elements(Info + "feature").Any(f => features.Contains(f.Attribute("var")?.Value));
    }
}
