using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.DataForms;

namespace Edge.Tests.Xmpp.Modules.Disco;

public sealed class DiscoNodeTests
{
    private const string Info = "http://jabber.org/protocol/disco#info";
    private const string Items = "http://jabber.org/protocol/disco#items";

    [Fact]
    public async Task A_node_tells_of_itself_and_of_what_is_below_it()
    {
        await using var server = new XmppHost(module: new LibraryModule());
        var romeo = await server.OnlineAsync("romeo");

        var info = (await romeo.GetAsync("library.edge.local", $"<query xmlns='{Info}' node='shelf'/>")).Payload!;
        var items = (await romeo.GetAsync("library.edge.local", $"<query xmlns='{Items}' node='shelf'/>")).Payload!;

        Assert.Equal("shelf", info.Attribute("node")?.Value);
        Assert.Equal("hierarchy/branch/Shelf", string.Join('/', info.Element($"{{{Info}}}identity")!.Attributes().Where(a => !a.IsNamespaceDeclaration).Select(a => a.Value)));
        Assert.Equal("urn:test:shelf", info.Element($"{{{Info}}}feature")?.Attribute("var")?.Value);
        Assert.Equal("shelf", items.Attribute("node")?.Value);
        Assert.Equal(["book1", "book2"], items.Elements().Select(i => i.Attribute("node")?.Value));
        Assert.Equal("book1", (await romeo.GetAsync("library.edge.local", $"<query xmlns='{Info}' node='book1'/>")).Payload?.Attribute("node")?.Value);
    }

    [Fact]
    public async Task A_node_may_be_there_for_some_only()
    {
        await using var server = new XmppHost(module: new LibraryModule());
        var (romeo, juliet) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));

        Assert.True((await juliet.GetAsync("library.edge.local", $"<query xmlns='{Info}' node='secret'/>")).IsSuccess);
        Assert.Equal("item-not-found", (await romeo.GetAsync("library.edge.local", $"<query xmlns='{Info}' node='secret'/>")).Error?.Condition);
    }

    [Fact]
    public async Task A_host_has_further_identities_forms_and_items_where_modules_say_so()
    {
        await using var server = new XmppHost(module: new LibraryModule());
        var romeo = await server.OnlineAsync("romeo");

        var info = (await romeo.GetAsync("library.edge.local", $"<query xmlns='{Info}'/>")).Payload!;
        var items = (await romeo.GetAsync("library.edge.local", $"<query xmlns='{Items}'/>")).Payload!;

        Assert.Equal(["component", "store"], info.Elements($"{{{Info}}}identity").Select(i => i.Attribute("category")?.Value));
        Assert.True(DataForm.TryFind(info, new(), out var form, out _));
        Assert.Equal(("urn:test:library", "9 to 5"), (form!.Meaning, form.Value("hours")));
        Assert.Equal("shelf", Assert.Single(items.Elements()).Attribute("node")?.Value);
    }

    [Fact]
    public async Task Long_lists_come_in_pages()
    {
        await using var server = new XmppHost(module: new LibraryModule());
        var romeo = await server.OnlineAsync("romeo");

        var first = (await romeo.GetAsync("edge.local", $"<query xmlns='{Items}'><set xmlns='http://jabber.org/protocol/rsm'><max>2</max></set></query>")).Payload!;
        var set = first.Element("{http://jabber.org/protocol/rsm}set")!;
        var last = set.Element(set.Name.Namespace + "last")!.Value;
        var second = (await romeo.GetAsync(
            "edge.local", $"<query xmlns='{Items}'><set xmlns='http://jabber.org/protocol/rsm'><max>9</max><after>{last}</after></set></query>")).Payload!;
        var lost = await romeo.GetAsync("edge.local", $"<query xmlns='{Items}'><set xmlns='http://jabber.org/protocol/rsm'><after>x</after></set></query>");

        string[] Jids(System.Xml.Linq.XElement list) => [.. list.Elements($"{{{Items}}}item").Select(i => i.Attribute("jid")!.Value)];
        Assert.Equal("4", set.Element(set.Name.Namespace + "count")?.Value);
        Assert.Equal(["concentrator.edge.local", "library.edge.local"], Jids(first));
        Assert.Equal(["provisioning.edge.local", "things.edge.local"], Jids(second));
        Assert.Equal("item-not-found", lost.Error?.Condition);
    }

    [Fact]
    public async Task An_account_tells_its_contacts_what_it_is_and_which_clients_are_online()
    {
        await using var server = new XmppHost();
        var (romeo, juliet) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);

        var info = (await romeo.GetAsync("juliet@edge.local", $"<query xmlns='{Info}'/>")).Payload!;
        var items = (await romeo.GetAsync("juliet@edge.local", $"<query xmlns='{Items}'/>")).Payload!;

        Assert.Equal("account", info.Element($"{{{Info}}}identity")?.Attribute("category")?.Value);
        Assert.Contains("vcard-temp", info.Elements($"{{{Info}}}feature").Select(f => f.Attribute("var")?.Value));
        Assert.Equal(juliet.Address.ToString(), Assert.Single(items.Elements()).Attribute("jid")?.Value);
    }

    [Theory]
    [InlineData("juliet@edge.local", "")]
    [InlineData("juliet@edge.local", "node='x'")]
    [InlineData("nobody@edge.local", "")]
    [InlineData("nobody@edge.local", "node='x'")]
    public async Task To_strangers_an_account_looks_as_if_it_were_not_there(string account, string node)
    {
        await using var server = new XmppHost();
        var (romeo, _) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));

        Assert.Equal("service-unavailable", (await romeo.GetAsync(account, $"<query xmlns='{Info}' {node}/>")).Error?.Condition);
        Assert.Empty((await romeo.GetAsync(account, $"<query xmlns='{Items}' {node}/>")).Payload!.Elements());
    }

    [Fact]
    public void A_form_without_a_meaning_is_refused() =>
        Assert.Throws<ArgumentException>(() => new XmppModuleBuilder().Form(new(FormType.Result) { Fields = [FormField.Of("a", "b")] }));

    private sealed class LibraryModule : IXmppModule
    {
        public void Configure(XmppModuleBuilder xmpp) => xmpp
            .OnService("library", "component", "generic", "Library")
            .Identity("store", "memory")
            .Form(DataForm.Of(FormType.Result, "urn:test:library", FormField.Of("hours", "9 to 5")))
            .Items(iq => [new(iq.To, "Shelf", "shelf")])
            .Node("shelf", new()
            {
                Identities = [new("hierarchy", "branch", "Shelf")],
                Features = ["urn:test:shelf"],
                Items = [new(Conversation.Of("library.edge.local"), "One", "book1"), new(Conversation.Of("library.edge.local"), "Two", "book2")],
            })
            .Nodes((iq, node, _) => new(
                node.StartsWith("book", StringComparison.Ordinal) || (node == "secret" && iq.From.Local == "juliet")
                    ? new DiscoNode { Identities = [new("hierarchy", "leaf")] }
                    : null));
    }
}
