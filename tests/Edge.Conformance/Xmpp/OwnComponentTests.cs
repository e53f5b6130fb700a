using System.Net;
using System.Threading.Channels;
using System.Xml.Linq;

using Edge.TestKit;
using Edge.Things;
using Edge.Xmpp.Client;
using Edge.Xmpp.External;
using Edge.Xmpp.Modules;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Edge.Conformance.Xmpp;

/// <summary>Two components of our own (XEP-0114) at a listener of the gateway: with each other, and with a person.</summary>
public sealed class OwnComponentTests
{
    private static readonly XNamespace Client = "jabber:client";

    [Fact]
    public async Task Two_components_talk_with_each_other_and_with_a_client()
    {
        await using var gateway = await XmppGateway.StartAsync(
            allowPlain: true, settings: [("xmpp:components:plays:secret", "the secret of plays"), ("xmpp:components:poems:secret", "the secret of poems")]);
        await gateway.AddAccountsAsync("romeo");
        await using var plays = await OwnComponent.StartAsync(gateway, "plays");
        await using var poems = await OwnComponent.StartAsync(gateway, "poems");
        await using var romeo = await ConnectAsync(gateway);
        await romeo.SendPresenceAsync();

        plays.Send("message", "hamlet@plays.edge.local/stage", "sonnet18@poems.edge.local", new XElement(Client + "body", "Grüße & <Küsse>"));
        var message = await poems.NextAsync("message");
        Assert.Equal(("hamlet@plays.edge.local/stage", "sonnet18@poems.edge.local", "Grüße & <Küsse>"), Parts(message));

        poems.Send("iq", "poems.edge.local", "plays.edge.local", new XAttribute("type", "get"), new XAttribute("id", "1"), new XElement("{urn:test}q"));
        var asked = await plays.NextAsync("iq");
        Assert.Equal("poems.edge.local", (string?)asked.Attribute("from"));
        plays.Send("iq", "plays.edge.local", "poems.edge.local", new XAttribute("type", "result"), new XAttribute("id", "1"), new XElement("{urn:test}r"));
        var answer = await poems.NextAsync("iq");
        Assert.Equal(("result", "{urn:test}r"), ((string?)answer.Attribute("type"), answer.Elements().Single().Name.ToString()));

        await romeo.SendMessageAsync(Jid.Parse("hamlet@plays.edge.local"), "to the one");
        Assert.Equal((romeo.Address.ToString(), "hamlet@plays.edge.local", "to the one"), Parts(await plays.NextAsync("message")));
        poems.Send("message", "poems.edge.local", romeo.Address.ToString(), new XElement(Client + "body", "from the other"));
        Assert.Equal(("poems.edge.local", romeo.Address.ToString(), "from the other"), Parts(await NextAsync(romeo, "message")));

        var services = await romeo.RequestAsync(Jid.Parse("edge.local"), IqType.Get, new("{http://jabber.org/protocol/disco#items}query"));
        Assert.Superset(new HashSet<string> { "plays.edge.local", "poems.edge.local" }, services.Payload!.Elements().Select(i => (string)i.Attribute("jid")!).ToHashSet());
    }

    [Fact]
    public async Task A_component_that_is_away_is_reported_to_the_other_until_it_is_there()
    {
        await using var gateway = await XmppGateway.StartAsync(
            allowPlain: true, settings: [("xmpp:components:plays:secret", "the secret of plays"), ("xmpp:components:poems:secret", "the secret of poems")]);
        await using var plays = await OwnComponent.StartAsync(gateway, "plays");
        plays.Send("message", "plays.edge.local", "poems.edge.local", new XAttribute("id", "early"), new XElement(Client + "body", "?"));
        var refused = await plays.NextAsync("message");
        Assert.Equal(("early", "error"), ((string?)refused.Attribute("id"), (string?)refused.Attribute("type")));

        await using var poems = await OwnComponent.StartAsync(gateway, "poems");
        plays.Send("message", "plays.edge.local", "poems.edge.local", new XElement(Client + "body", "now"));
        Assert.Equal(("plays.edge.local", "poems.edge.local", "now"), Parts(await poems.NextAsync("message")));
    }

    private static (string?, string?, string) Parts(XElement message) => ((string?)message.Attribute("from"), (string?)message.Attribute("to"), message.Value);

    private static Task<XmppClient> ConnectAsync(XmppGateway gateway) => XmppClient.ConnectAsync(
        new() { Host = IPAddress.Loopback.ToString(), Port = gateway.Port, Domain = XmppGateway.Domain, User = "romeo", Password = "password of romeo", AllowPlain = true },
        TimeProvider.System);

    private static async Task<XElement> NextAsync(XmppClient client, string name)
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await client.Incoming.ReadAsync(time.Token) is var stanza && stanza.Name.LocalName == name) return stanza;
        }
    }

    /// <summary>A component with the classes that join another server.</summary>
    private sealed class OwnComponent : IAsyncDisposable
    {
        private readonly ExternalLink _link;
        private readonly Channel<XElement> _incoming = Channel.CreateUnbounded<XElement>();
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        private OwnComponent(ExternalLink link)
        {
            _link = link;
            _running = link.RunAsync((_, stanza) => _incoming.Writer.TryWrite(stanza), _stop.Token);
        }

        public static async Task<OwnComponent> StartAsync(XmppGateway gateway, string name)
        {
            var options = new ExternalOptions { Host = IPAddress.Loopback.ToString(), ComponentPort = gateway.ComponentPort };
            options.Components[name] = new() { Secret = "the secret of " + name };
            var setting = new LinkSetting(Options.Create(options), Options.Create(new ThingsOptions { Domain = XmppGateway.Domain }), new LinkDialer(), TimeProvider.System);
            var link = new ExternalLink(new ComponentConnector(setting, name), setting, new LinkSpells(NullLogger<LinkSpells>.Instance));
            var component = new OwnComponent(link);
            await Eventually.HoldsAsync(() => link.Address is not null);
            return component;
        }

        public void Send(string name, string from, string to, params object[] content) =>
            Assert.True(_link.TrySend(new(Client + name, new XAttribute("from", from), new XAttribute("to", to), content)));

        public async Task<XElement> NextAsync(string name)
        {
            using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (true)
            {
                if (await _incoming.Reader.ReadAsync(time.Token) is var stanza && stanza.Name.LocalName == name) return stanza;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }
    }
}
