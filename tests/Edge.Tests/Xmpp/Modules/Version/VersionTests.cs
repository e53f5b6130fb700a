using System.Xml.Linq;

using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Modules.Version;

public sealed class VersionTests
{
    private static readonly XName Query = XName.Get("query", "jabber:iq:version");

    [Theory]
    [InlineData("edge.local")]
    [InlineData("things.edge.local")]
    public async Task The_version_is_told_without_the_operating_system(string host)
    {
        await using var server = new XmppHost();
        var romeo = await server.OnlineAsync("romeo");

        var version = (await romeo.RequestAsync(Conversation.Of(host), IqType.Get, new XElement(Query))).Payload!;

        Assert.Equal(["name", "version"], version.Elements().Select(e => e.Name.LocalName));
    }

    [Fact]
    public async Task The_operating_system_is_told_where_the_operator_wants_it()
    {
        await using var server = new XmppHost(settings: ("xmpp:version:tellOperatingSystem", "true"));
        var romeo = await server.OnlineAsync("romeo");

        var version = (await romeo.RequestAsync(Conversation.Of("edge.local"), IqType.Get, new XElement(Query))).Payload!;

        Assert.NotEmpty(version.Element(Query.Namespace + "os")!.Value);
    }
}
