using System.Xml.Linq;

using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Modules;

public sealed class DiscoTests
{
    private static readonly XNamespace Info = "http://jabber.org/protocol/disco#info";
    private static readonly XNamespace Items = "http://jabber.org/protocol/disco#items";

    [Theory]
    [InlineData("edge.local", "server/im", "jabber:iq:roster urn:xmpp:ping jabber:iq:version")]
    [InlineData("romeo@edge.local", "account/registered", "urn:xmpp:ping")]
    [InlineData("porter.edge.local", "component/generic", "urn:test:porter urn:xmpp:ping")]
    public async Task Each_host_says_what_it_is_and_serves(string host, string identity, string features)
    {
        await using var server = new XmppHost(module: new PorterModule());
        var romeo = await server.OnlineAsync("romeo");
        var info = (await romeo.RequestAsync(Conversation.Of(host), IqType.Get, new XElement(Info + "query"))).Payload!;
        var told = info.Element(Info + "identity")!;
        Assert.Equal(identity, $"{told.Attribute("category")!.Value}/{told.Attribute("type")!.Value}");
        var all = info.Elements(Info + "feature").Select(f => f.Attribute("var")!.Value).ToList();
        Assert.Superset(features.Split(' ').Append(Info.NamespaceName).Append(Items.NamespaceName).ToHashSet(), all.ToHashSet());
        Assert.Equal(all.Distinct(), all);
    }

    [Fact]
    public async Task The_domain_lists_every_service_and_each_answers()
    {
        await using var server = new XmppHost(module: new PorterModule());
        var romeo = await server.OnlineAsync("romeo");
        var items = (await romeo.RequestAsync(Conversation.Of("edge.local"), IqType.Get, new XElement(Items + "query"))).Payload!.Elements().ToList();
        string[] expected = ["concentrator.edge.local", "porter.edge.local", "provisioning.edge.local", "things.edge.local"];
        Assert.Equal(expected, items.Select(i => i.Attribute("jid")!.Value));
        foreach (var jid in expected)
            Assert.True((await romeo.RequestAsync(Conversation.Of(jid), IqType.Get, new XElement(Info + "query"))).IsSuccess);
    }

    [Fact]
    public async Task A_list_beyond_a_page_is_cut_and_says_how_to_go_on()
    {
        await using var server = new XmppHost(module: new StreetModule(501));
        var romeo = await server.OnlineAsync("romeo");
        XNamespace sets = "http://jabber.org/protocol/rsm";

        var first = (await romeo.RequestAsync(Conversation.Of("edge.local"), IqType.Get, new XElement(Items + "query"))).Payload!;
        var set = first.Element(sets + "set")!;
        var total = (int)set.Element(sets + "count")!;
        Assert.Equal(500, first.Elements(Items + "item").Count());
        var next = new XElement(Items + "query", new XElement(sets + "set", new XElement(sets + "after", set.Element(sets + "last")!.Value)));
        var rest = (await romeo.RequestAsync(Conversation.Of("edge.local"), IqType.Get, next)).Payload!.Elements(Items + "item");

        Assert.Equal(total, first.Elements(Items + "item").Concat(rest).Select(i => i.Attribute("jid")!.Value).Distinct().Count());
        Assert.True(total > 501);
    }

    [Theory]
    [InlineData("edge.local")]
    [InlineData("romeo@edge.local")]
    [InlineData("porter.edge.local")]
    public async Task An_unknown_node_is_not_found(string host)
    {
        await using var server = new XmppHost(module: new PorterModule());
        var romeo = await server.OnlineAsync("romeo");
        foreach (var ns in (XNamespace[])[Info, Items])
        {
            var answer = await romeo.RequestAsync(Conversation.Of(host), IqType.Get, new XElement(ns + "query", new XAttribute("node", "x")));
            Assert.Equal("item-not-found", answer.Error?.Condition);
        }
    }

    [Fact]
    public async Task The_session_element_of_old_is_answered()
    {
        await using var server = new XmppHost();
        var romeo = await server.ConnectAsync("romeo");
        var session = new XElement(XName.Get("session", "urn:ietf:params:xml:ns:xmpp-session"));
        Assert.True((await romeo.RequestAsync(null, IqType.Set, session)).IsSuccess);
        Assert.True((await romeo.RequestAsync(Conversation.Of("edge.local"), IqType.Set, session)).IsSuccess);
    }

    private sealed class PorterModule : IXmppModule
    {
        public void Configure(XmppModuleBuilder xmpp) => xmpp.OnService("porter", "component", "generic", "Porter").Feature("urn:test:porter");
    }

    /// <summary>Many services.</summary>
    private sealed class StreetModule(int houses) : IXmppModule
    {
        public void Configure(XmppModuleBuilder xmpp)
        {
            for (var i = 0; i < houses; i++) xmpp.OnService($"house{i}", "component", "generic", $"House {i}").Feature("urn:test:house");
        }
    }
}
