using System.Text;
using System.Xml.Linq;

using Edge.Tests.Xmpp.Modules.Components;
using Edge.Xmpp.Client;
using Edge.Xmpp.Routing;
using Edge.Xmpp.Wire;

namespace Edge.Tests.Xmpp.Routing;

public sealed class DelayStampTests
{
    private const string Ours = "<delay xmlns='urn:xmpp:delay' from='edge.local' stamp='2026-11-21T14:00:00Z'/>";
    private const string Forwarded = "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' from='edge.local' stamp='2001-01-01T00:00:00Z'/></forwarded>";

    [Theory]
    [InlineData("<message to='a'><body>x</body></message>", "<message to='a'><body>x</body>" + Ours + "</message>")]
    [InlineData("<message to='a'/>", "<message to='a'>" + Ours + "</message>")]
    [InlineData("<message><delay xmlns='urn:xmpp:delay' from='edge.local' stamp='2026-11-20T14:00:00Z'/></message>", "<message><delay xmlns='urn:xmpp:delay' from='edge.local' stamp='2026-11-20T14:00:00Z'/></message>")]
    [InlineData("<message>" + Forwarded + "</message>", "<message>" + Forwarded + Ours + "</message>")]
    [InlineData("<message><delay xmlns='urn:xmpp:delay' from='other.example' stamp='2026-11-20T14:00:00Z'/></message>", "<message><delay xmlns='urn:xmpp:delay' from='other.example' stamp='2026-11-20T14:00:00Z'/>" + Ours + "</message>")]
    [InlineData("<message><body>&lt;delay xmlns='urn:xmpp:delay' from='edge.local'</body></message>", "<message><body>&lt;delay xmlns='urn:xmpp:delay' from='edge.local'</body>" + Ours + "</message>")]
    public void A_stamp_is_the_last_child_and_the_first_stamp_of_the_stanza_itself_stands(string stanza, string expected) =>
        Assert.Equal(expected, DelayStamp.Add(stanza, "edge.local", new(2026, 11, 21, 15, 0, 0, TimeSpan.FromHours(1))));

    [Theory]
    [InlineData("<delay xmlns='urn:xmpp:delay' from='edge.local' stamp='1'/>", false)]
    [InlineData("<delay xmlns='urn:xmpp:delay' from='Edge.Local/x' stamp='1'/>", false)]
    [InlineData("<p:delay xmlns:p='urn:xmpp:delay' from='edge.local' stamp='1'/>", false)]
    [InlineData("<delay xmlns='urn:xmpp:dela&#121;' from='edge.loca&#108;' stamp='1'/>", false)]
    [InlineData("<delay xmlns='urn:xmpp:delay' from='romeo@edge.local' stamp='1'/>", true)]
    [InlineData("<delay xmlns='urn:xmpp:delay' from='other.example' stamp='1'/>", true)]
    [InlineData("<delay xmlns='urn:other' from='edge.local' stamp='1'/>", true)]
    [InlineData(Forwarded, true)]
    public void A_stamp_in_the_name_of_the_server_is_taken_out_and_nothing_else(string child, bool isKept)
    {
        var stanza = StanzaParser.Parse(Encoding.UTF8.GetBytes($"<message to='a'><body>delay</body>{child}</message>"), StreamHeader.Plain, XmlText.OwnLimits);

        var kept = DelayStamp.WithoutForged(stanza, "edge.local");

        if (isKept) Assert.Same(stanza, kept);
        else Assert.Equal("<message to='a'><body>delay</body></message>", Encoding.UTF8.GetString(kept.Bytes));
    }

    [Fact]
    public async Task Neither_clients_nor_components_write_when_the_server_held_a_message_up()
    {
        await using var host = new XmppHost(settings: ("xmpp:components:plays:secret", "secret of plays"));
        var (romeo, juliet) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"));
        var plays = await RawComponent.ConnectAsync(host, "plays.edge.local", "secret of plays");
        const string Content = "<body>now</body><delay xmlns='urn:xmpp:delay' from='edge.local' stamp='2001-01-01T00:00:00Z'/>";

        await romeo.SendAsync(XElement.Parse($"<message to='juliet@edge.local'>{Content}</message>"));
        Assert.DoesNotContain("delay", (await juliet.MessageAsync()).ToString(), StringComparison.Ordinal);
        await plays.SendAsync($"<message from='plays.edge.local' to='juliet@edge.local'>{Content}</message>");
        Assert.DoesNotContain("delay", (await juliet.MessageAsync()).ToString(), StringComparison.Ordinal);

        var start = host.Clock.GetUtcNow();
        await romeo.SendAsync(XElement.Parse($"<message to='nurse@edge.local'>{Content}{Forwarded}</message>"));
        await romeo.SoFarAsync();
        var nurse = await host.ConnectAsync("nurse");
        await nurse.SendPresenceAsync();
        Assert.Equal(start, (DateTimeOffset)(await nurse.MessageAsync()).Element(XName.Get("delay", "urn:xmpp:delay"))!.Attribute("stamp")!);
    }
}
