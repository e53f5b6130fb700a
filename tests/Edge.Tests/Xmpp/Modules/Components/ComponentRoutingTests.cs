using System.Text;
using System.Xml.Linq;

using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.Components;

namespace Edge.Tests.Xmpp.Modules.Components;

/// <summary>What becomes of a component's stanzas, and of connections that are one too many.</summary>
public sealed class ComponentRoutingTests
{
    private static readonly (string, string) Plays = ("xmpp:components:plays:secret", "secret of plays");

    [Fact]
    public async Task A_sender_has_one_form_however_the_component_writes_it()
    {
        await using var host = new XmppHost(settings: Plays);
        var romeo = await host.OnlineAsync("romeo");
        var plays = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");

        await plays.SendAsync($"<message from='Bridge@PLAYS.edge.local/X' to='{romeo.Address}'><body>1</body></message>");
        await plays.SendAsync("<message from='Bridge@PLAYS.edge.local/X' to='juliet@edge.local'><body>2</body></message>");

        Assert.Equal("bridge@plays.edge.local/X", (string?)(await romeo.MessageAsync()).Attribute("from"));
        var juliet = await host.ConnectAsync("juliet");
        await juliet.SendPresenceAsync();
        Assert.Equal("bridge@plays.edge.local/X", (string?)(await juliet.MessageAsync()).Attribute("from"));
    }

    [Theory]
    [InlineData("<message id='a>b' xmlns='jabber:client' to='x'><body>1</body></message>", "<message id='a>b'  to='x'><body>1</body></message>")]
    [InlineData("<message xmlns='jabber:client'/>", "<message />")]
    [InlineData("<iq id='>'><query xmlns='urn:a'/></iq>", "<iq id='>'><query xmlns='urn:a'/></iq>")]
    [InlineData("<iq id='xmlns='><query xmlns='urn:a'/></iq>", "<iq id='xmlns='><query xmlns='urn:a'/></iq>")]
    [InlineData("<message><body>xmlns=</body></message>", "<message><body>xmlns=</body></message>")]
    public void Only_the_stanzas_own_namespace_is_taken_out(string stanza, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(ComponentStream.ForComponent(Encoding.UTF8.GetBytes(stanza)).Span));

    [Fact]
    public async Task An_error_in_presence_reaches_the_client_that_it_names_and_not_all()
    {
        await using var host = new XmppHost(settings: Plays);
        var romeo = await host.OnlineAsync("romeo");
        var plays = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");

        await plays.SendAsync("<presence type='error' id='1' from='hamlet@plays.edge.local' to='romeo@edge.local'/>");
        await plays.SendAsync($"<presence type='error' id='2' from='hamlet@plays.edge.local' to='{romeo.Address}'/>");

        Assert.Equal("2", (string?)(await romeo.PresenceAsync("error", "hamlet@plays.edge.local")).Attribute("id"));
    }

    [Fact]
    public async Task Who_asks_through_a_component_does_not_wait_for_others_there()
    {
        var module = new SlowModule();
        await using var host = new XmppHost(module: module, settings: Plays);
        var plays = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");

        await plays.SendAsync("<iq type='get' id='slow' from='a@plays.edge.local' to='things.edge.local'><slow xmlns='urn:test'/></iq>");
        await plays.SendAsync("<iq type='get' id='behind' from='a@plays.edge.local' to='things.edge.local'><ping xmlns='urn:xmpp:ping'/></iq>");
        await plays.SendAsync("<iq type='get' id='beside' from='b@plays.edge.local' to='things.edge.local'><ping xmlns='urn:xmpp:ping'/></iq>");

        Assert.Contains("id='beside'", await plays.ReadUntilAsync("/>"), StringComparison.Ordinal);
        module.Answer.SetResult(IqResult.Empty);
        Assert.Contains("id='slow'", await plays.ReadUntilAsync("/>"), StringComparison.Ordinal);
        Assert.Contains("id='behind'", await plays.ReadUntilAsync("/>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_cannot_be_let_in_is_told_why()
    {
        await using var host = new XmppHost(settings: [Plays, ("xmpp:connections:total", "1")]);
        await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");
        Assert.Contains("<resource-constraint ", await host.OpenComponent().ReadToEndAsync(), StringComparison.Ordinal);

        await host.Get<ComponentServer>().StopAsync(CancellationToken.None);
        var late = await host.OpenComponent().ReadToEndAsync();
        Assert.Contains("<system-shutdown ", late, StringComparison.Ordinal);
        Assert.StartsWith("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept'", late, StringComparison.Ordinal);
    }

    private sealed class SlowModule : IXmppModule
    {
        public TaskCompletionSource<IqResult> Answer { get; } = new();

        public void Configure(XmppModuleBuilder xmpp) => xmpp.OnEveryService().OnIqGet(XName.Get("slow", "urn:test"), async (_, _) => await Answer.Task);
    }
}
