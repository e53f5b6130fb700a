using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;

using Edge.Conformance.Xmpp.Iot;
using Edge.Conformance.Xmpp.Servers;
using Edge.TestKit;
using Edge.Things;
using Edge.Things.Nodes;
using Edge.Things.Registry;
using Edge.Xmpp.Client;
using Edge.Xmpp.External;
using Edge.Xmpp.Modules;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Conformance.Xmpp;

/// <summary>What joining another server has beyond the IoT scenario: cuts, restarts, contacts.</summary>
public sealed class ExternalTests
{
    private static readonly XNamespace Control = "urn:xmpp:iot:control";

    [Theory]
    [InlineData("prosody")]
    [InlineData("ejabberd")]
    public async Task After_a_cut_the_stream_goes_on_and_nothing_is_lost(string kind)
    {
        await using var server = await RunAsync(kind);
        await using var gateway = await JoinAsync(server);
        await using var owner = await ConnectAsync(server, "owner");
        await owner.SendPresenceAsync();
        var sender = gateway.Get<IStanzaSender>();
        var concentrator = gateway.Link("concentrator");
        var address = concentrator.Address!;

        gateway.Cut();
        await Eventually.HoldsAsync(() => concentrator.Counters.Connects == 2 && concentrator.Address is not null, 25);
        await gateway.IsConnectedAsync();
        await sender.SendAsync(address, owner.Address, new("message", new XElement("body", "after the cut")));

        Assert.Equal(address, concentrator.Address);
        Assert.Equal("after the cut", await BodyAsync(owner));
        Assert.True((await FormAsync(owner)).IsSuccess);
    }

    [Theory]
    [InlineData("prosody")]
    [InlineData("ejabberd")]
    public async Task After_a_restart_of_the_server_every_service_is_back(string kind)
    {
        await using var server = await RunAsync(kind);
        await using var gateway = await JoinAsync(server);

        await server.StopAsync();
        await Eventually.HoldsAsync(() => gateway.Get<LinkTable>().All.All(l => l.Address is null), 20);
        await server.StartAsync();
        await gateway.IsConnectedAsync();

        await using var owner = await ConnectAsync(server, "owner");
        Assert.True((await FormAsync(owner)).IsSuccess);
        Assert.True((await owner.RequestAsync(Jid.Parse("things.edge.local"), IqType.Get, new(XName.Get("ping", "urn:xmpp:ping")))).IsSuccess);
    }

    [Theory]
    [InlineData("prosody")]
    [InlineData("ejabberd")]
    public async Task The_concentrator_shows_its_presence_to_owners_and_not_to_strangers(string kind)
    {
        await using var server = await RunAsync(kind);
        await using var gateway = await JoinAsync(server);
        await using var owner = await ConnectAsync(server, "owner");
        await using var visitor = await ConnectAsync(server, "visitor");
        foreach (var client in (XmppClient[])[owner, visitor])
        {
            await client.RequestAsync(null, IqType.Get, new("{jabber:iq:roster}query")); // some servers tell of subscriptions only whoever has asked for it
            await client.SendPresenceAsync();
            await client.SendAsync(new("presence", new XAttribute("to", "concentrator@edge.local"), new XAttribute("type", "subscribe")));
        }

        Assert.Equal("subscribed", await PresenceAsync(owner, "subscribed", "unsubscribed"));
        Assert.Equal("unsubscribed", await PresenceAsync(visitor, "subscribed", "unsubscribed"));
    }

    [Theory]
    [InlineData("prosody")]
    [InlineData("ejabberd")]
    public async Task Who_gives_his_last_node_up_sees_the_concentrator_no_more(string kind)
    {
        await using var server = await RunAsync(kind);
        await using var gateway = await JoinAsync(server);
        await using var owner = await ConnectAsync(server, "owner");
        await owner.RequestAsync(null, IqType.Get, new("{jabber:iq:roster}query"));
        await owner.SendPresenceAsync();
        await owner.SendAsync(new("presence", new XAttribute("to", "concentrator@edge.local"), new XAttribute("type", "subscribe")));
        Assert.Equal("subscribed", await PresenceAsync(owner, "subscribed", "unsubscribed"));

        var registry = gateway.Get<IThingRegistry>();
        Assert.True(await registry.DisownAsync(owner.Address.Bare, Assert.Single(registry.OwnedBy(owner.Address.Bare)).Id));

        Assert.Equal("unsubscribed", await PresenceAsync(owner, "unsubscribed"));
    }

    private static async Task<IPeerServer> RunAsync(string kind)
    {
        var setup = PeerServerSetup.With("owner", "visitor", "concentrator");
        return kind == "prosody" ? await ProsodyServer.RunAsync(setup) : await EjabberdServer.RunAsync(setup);
    }

    private static async Task<JoinedGateway> JoinAsync(IPeerServer server)
    {
        var gateway = await JoinedGateway.StartAsync(server, services => services.AddSingleton<INodeSource>(new SampleNodes(TimeProvider.System)));
        var node = gateway.Get<IConcentrator>().Sources.Single().Nodes[0];
        await Eventually.HoldsAsync(() => gateway.Get<IThingRegistry>().Find(gateway.Get<IConcentrator>().Identify(node.Reference)) is not null);
        Assert.NotNull(await gateway.Get<IThingRegistry>().ClaimAsync(Jid.Parse("owner@edge.local"), node.Tags!));
        return gateway;
    }

    private static async Task<XmppClient> ConnectAsync(IPeerServer server, string user)
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(server.AuthorityFile);
        return await XmppClient.ConnectAsync(
            new()
            {
                Host = "127.0.0.1",
                Port = server.Port,
                Domain = XmppGateway.Domain,
                User = user,
                Password = PeerServerSetup.PasswordOf(user),
                Authority = authority,
            },
            TimeProvider.System);
    }

    private static Task<IqResult> FormAsync(XmppClient client) => client.RequestAsync(
        Jid.Parse("concentrator@edge.local/edge"), IqType.Get,
        new(Control + "getForm", new XElement(Control + "node", new XAttribute("nodeId", "s1"))));

    private static async Task<string?> BodyAsync(XmppClient client) =>
        (await NextAsync(client, s => s.Name.LocalName == "message")).Element("{jabber:client}body")?.Value;

    private static async Task<string?> PresenceAsync(XmppClient client, params string[] types) =>
        (await NextAsync(client, s => s.Name.LocalName == "presence" && types.Contains((string?)s.Attribute("type")))).Attribute("type")?.Value;

    private static async Task<XElement> NextAsync(XmppClient client, Func<XElement, bool> wanted)
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var stanza in client.Incoming.ReadAllAsync(time.Token))
        {
            if (wanted(stanza)) return stanza;
        }

        throw new Xunit.Sdk.XunitException("The stream ended.");
    }
}
