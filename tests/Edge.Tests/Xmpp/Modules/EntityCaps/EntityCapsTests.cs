using System.Xml.Linq;

using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.DataForms;
using Edge.Xmpp.Modules.EntityCaps;

namespace Edge.Tests.Xmpp.Modules.EntityCaps;

public sealed class EntityCapsTests
{
    private static readonly XNamespace Info = "http://jabber.org/protocol/disco#info";

    [Fact]
    public void The_hash_is_that_of_the_simple_example() => Assert.Equal("QgayPKawpkPSDYmwT/WM94uAlu0=", CapsHash.Sha1(new()
    {
        Identities = [new("client", "pc", "Exodus 0.9.1")],
        Features =
        [
            "http://jabber.org/protocol/muc", "http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/caps",
            "http://jabber.org/protocol/disco#items",
        ],
    }));

    [Fact]
    public void The_hash_is_that_of_the_complex_example() => Assert.Equal("q07IKJEyjvHSyhy//CH0CxmKi8w=", CapsHash.Sha1(new()
    {
        Identities = [new("client", "pc", "Psi 0.11", "en"), new("client", "pc", "Ψ 0.11", "el")],
        Features =
        [
            "http://jabber.org/protocol/disco#items", "http://jabber.org/protocol/muc", "http://jabber.org/protocol/caps",
            "http://jabber.org/protocol/disco#info",
        ],
        Forms =
        [
            DataForm.Of(
                FormType.Result, "urn:xmpp:dataforms:softwareinfo", FormField.Of("software_version", "0.11"), FormField.Of("software", "Psi"),
                FormField.Of("os_version", "10.5.1"), FormField.Of("os", "Mac"), FormField.Of("ip_version", "ipv6", "ipv4")),
        ],
    }));

    [Fact]
    public void Texts_are_sorted_by_their_octets()
    {
        // U+FF5E is below U+1F600 in UTF-8, and above its surrogates in UTF-16.
        DiscoNode one = new() { Identities = [new("a", "b")], Features = ["x\uFF5E", "x\U0001F600"] };

        Assert.Equal(Hash("a/b//<x\uFF5E<x\U0001F600<"), CapsHash.Sha1(one));
    }

    [Fact]
    public void Identities_are_sorted_by_category_then_type_then_language() // and '-' is below '/'
    {
        DiscoNode one = new() { Identities = [new("a-c", "d"), new("a", "b", "n", "en"), new("a", "b", "m"), new("a", "a-z")] };

        Assert.Equal(Hash("a/a-z//<a/b//m<a/b/en/n<a-c/d//<"), CapsHash.Sha1(one));
    }

    [Fact]
    public async Task The_server_announces_its_capabilities_to_who_has_signed_in()
    {
        await using var server = new XmppHost();
        var raw = server.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        Assert.DoesNotContain("protocol/caps", await raw.ReadUntilAsync("</stream:features>"), StringComparison.Ordinal);
        await raw.SignInAsync("romeo");
        await raw.SendAsync(RawClient.Header);
        var features = await raw.ReadUntilAsync("</stream:features>");

        var caps = XElement.Parse("<c " + features.Split("<c ")[1].Split("/>")[0] + "/>");

        Assert.Equal("sha-1", caps.Attribute("hash")!.Value);
        Assert.Equal("{http://jabber.org/protocol/caps}c", caps.Name.ToString());
        await ShowsAsync(server, caps.Attribute("node")!.Value, caps.Attribute("ver")!.Value);
    }

    [Fact]
    public async Task Other_hashes_than_the_servers_own_are_not_found()
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        var answer = await romeo.RequestAsync(
            Conversation.Of("edge.local"), IqType.Get, new XElement(Info + "query", new XAttribute("node", server.Get<OwnCaps>().Node + "x")));

        Assert.Equal("item-not-found", answer.Error?.Condition);
    }

    [Fact]
    public async Task Capabilities_of_a_client_pass_as_they_are()
    {
        await using var server = new XmppHost();
        var (romeo, juliet) = (await server.OnlineAsync("romeo"), await server.OnlineAsync("juliet"));
        await Conversation.BefriendAsync(romeo, juliet);
        var caps = new XElement(
            XName.Get("c", "http://jabber.org/protocol/caps"), new XAttribute("hash", "sha-256"), new XAttribute("node", "urn:client"), new XAttribute("ver", "x="));

        await romeo.SendAsync(new XElement("presence", caps));

        var seen = await juliet.PresenceAsync(null, "romeo@edge.local");
        Assert.Equal(
            "hash=sha-256 node=urn:client ver=x=",
            string.Join(' ', seen.Element(caps.Name)!.Attributes().Where(a => !a.IsNamespaceDeclaration).Select(a => $"{a.Name}={a.Value}")));
    }

    private static async Task ShowsAsync(XmppHost server, string node, string ver)
    {
        var romeo = await server.OnlineAsync("romeo");
        var at = Conversation.Of("edge.local");
        var whole = (await romeo.RequestAsync(at, IqType.Get, new XElement(Info + "query"))).Payload!;
        var ofNode = (await romeo.RequestAsync(at, IqType.Get, new XElement(Info + "query", new XAttribute("node", $"{node}#{ver}")))).Payload!;

        Assert.Equal($"{node}#{ver}", ofNode.Attribute("node")!.Value);
        Assert.Equal(whole.Elements().Select(e => e.ToString()), ofNode.Elements().Select(e => e.ToString()));
        Assert.Contains("http://jabber.org/protocol/caps", whole.Elements(Info + "feature").Select(f => f.Attribute("var")!.Value));

        var identity = whole.Element(Info + "identity")!;
        var source = $"{identity.Attribute("category")!.Value}/{identity.Attribute("type")!.Value}//{identity.Attribute("name")!.Value}<"
            + string.Concat(whole.Elements(Info + "feature").Select(f => f.Attribute("var")!.Value).Order(StringComparer.Ordinal).Select(f => f + "<"));
        Assert.Equal(Hash(source), ver);
    }

#pragma warning disable CA5350 // what XEP-0115 demands
    private static string Hash(string text) => Convert.ToBase64String(System.Security.Cryptography.SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
}
