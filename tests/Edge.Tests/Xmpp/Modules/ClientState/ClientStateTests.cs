using Edge.Tests.Xmpp.Modules.StreamManagement;
using Edge.Xmpp.Modules.ClientState;
using Edge.Xmpp.Modules.StreamManagement;

namespace Edge.Tests.Xmpp.Modules.ClientState;

public sealed class ClientStateTests
{
    private const string Inactive = "<inactive xmlns='urn:xmpp:csi:0'/>";
    private const string Active = "<active xmlns='urn:xmpp:csi:0'/>";
    private const string Typing = "<message to='romeo@edge.local' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/><no-store xmlns='urn:xmpp:hints'/></message>";

    [Fact]
    public async Task It_is_offered_to_whoever_has_signed_in()
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        Assert.DoesNotContain("urn:xmpp:csi:0", await raw.ReadUntilAsync("</stream:features>"), StringComparison.Ordinal);
        await raw.SignInAsync("romeo");
        await raw.SendAsync(RawClient.Header);
        Assert.Contains("<csi xmlns='urn:xmpp:csi:0'/>", await raw.ReadUntilAsync("</stream:features>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Presence_waits_for_the_client_the_last_one_of_each_sender()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = await MeetAsync(host);
        await romeo.SendAsync(Inactive);
        await SayAndHearAsync(romeo, juliet, "mark 1"); // inactive has been heard
        foreach (var status in (string[])["one", "two", "three"])
            await juliet.SendAsync($"<presence to='romeo@edge.local/phone'><status>{status}</status></presence>");
        await juliet.SoFarAsync();

        await romeo.SendAsync(Active + "<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
        var text = await romeo.ReadUntilAsync("id='p'");
        Assert.Contains("<status>three</status>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<status>one</status>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<status>two</status>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_important_brings_what_waits_along_in_front_of_it()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = await MeetAsync(host);
        await romeo.SendAsync(Inactive);
        await SayAndHearAsync(romeo, juliet, "mark 1");
        await juliet.SendAsync("<presence to='romeo@edge.local/phone'><status>here</status></presence>");
        await juliet.SayAsync("romeo@edge.local", "hello");
        Assert.Contains("<status>here</status>", await romeo.ReadUntilAsync("<body>hello</body>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_hears_that_somebody_types_while_nobody_looks()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = await MeetAsync(host);
        await romeo.SendAsync(Inactive);
        await SayAndHearAsync(romeo, juliet, "mark 1");
        await juliet.SendAsync(Typing);
        await juliet.SayAsync("romeo@edge.local", "mark 2");
        Assert.DoesNotContain("composing", await romeo.ReadUntilAsync("<body>mark 2</body></message>"), StringComparison.Ordinal);

        await romeo.SendAsync(Active);
        await romeo.SoFarAsync();
        await juliet.SendAsync(Typing);
        await juliet.SayAsync("romeo@edge.local", "mark 3");
        Assert.Contains("composing", await romeo.ReadUntilAsync("<body>mark 3</body></message>"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<presence to='romeo@edge.local' type='subscribe'/>", "type='subscribe'")]
    [InlineData("<message to='romeo@edge.local' type='chat'><body>b</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>", "<body>b</body>")]
    [InlineData("<message to='romeo@edge.local'><event xmlns='urn:something'/></message>", "urn:something")]
    [InlineData("<iq to='romeo@edge.local/phone' type='get' id='q'><ping xmlns='urn:xmpp:ping'/></iq>", "id='q'")]
    public async Task What_is_important_comes_at_once(string stanza, string seen)
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = await MeetAsync(host);
        await romeo.SendAsync(Inactive);
        await SayAndHearAsync(romeo, juliet, "mark 1");
        await juliet.SendAsync(stanza);
        await romeo.ReadUntilAsync(seen);
    }

    [Theory]
    [InlineData("maxHeldPresences", "1")]
    [InlineData("maxHeldBytes", "1024")]
    public async Task What_waits_is_bounded_and_all_of_it_is_sent_then(string key, string value)
    {
        await using var host = new XmppHost(settings: ($"xmpp:clientState:{key}", value));
        var (romeo, juliet) = await MeetAsync(host);
        var nurse = await host.BoundRawAsync("nurse");
        await romeo.SendAsync(Inactive);
        await SayAndHearAsync(romeo, juliet, "mark 1");
        foreach (var other in (RawClient[])[juliet, nurse])
            await other.SendAsync($"<presence to='romeo@edge.local/phone'><status>{new string('x', 600)}</status></presence>");
        await romeo.ReadUntilAsync("</presence>");
        await romeo.ReadUntilAsync("</presence>");
    }

    [Fact]
    public async Task What_an_operator_switched_off_is_not_done()
    {
        await using var host = new XmppHost(settings: [("xmpp:clientState:holdPresence", "false"), ("xmpp:clientState:dropChatStates", "false")]);
        var (romeo, juliet) = await MeetAsync(host);
        await romeo.SendAsync(Inactive);
        await SayAndHearAsync(romeo, juliet, "mark 1");
        await juliet.SendAsync("<presence to='romeo@edge.local/phone'><status>here</status></presence>" + Typing);
        Assert.Contains("<status>here</status>", await romeo.ReadUntilAsync("composing"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resumed_stream_begins_active_with_what_waited()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = await MeetAsync(host);
        var id = await romeo.EnableAsync();
        await romeo.SendAsync(Inactive);
        await SayAndHearAsync(romeo, juliet, "mark 1");
        await host.BreakAsync(romeo);
        await juliet.SendAsync("<presence to='romeo@edge.local/phone'><status>here</status></presence>");
        await juliet.SoFarAsync();
        var (again, _) = await host.ResumeAsync("romeo", id, 1);
        await again.ReadUntilAsync("<status>here</status>");
        await juliet.SendAsync(Typing);
        await again.ReadUntilAsync("composing");
    }

    [Fact]
    public async Task What_waits_for_a_client_that_is_away_counts_with_what_all_of_them_may_hold()
    {
        await using var host = new XmppHost();
        var (romeo, juliet) = await MeetAsync(host);
        await romeo.EnableAsync();
        await romeo.SendAsync(Inactive);
        await SayAndHearAsync(romeo, juliet, "mark 1");
        await juliet.SendAsync($"<presence to='romeo@edge.local/phone'><status>{new string('x', 5000)}</status></presence>");
        await juliet.SoFarAsync();
        await host.BreakAsync(romeo);
        Assert.InRange(host.Get<ResumptionTable>().ReservedBytes, 5000, 9999); // held before

        await juliet.SendAsync($"<presence to='romeo@edge.local/phone'><status>{new string('y', 5000)}</status></presence>");
        await juliet.SoFarAsync();
        Assert.InRange(host.Get<ResumptionTable>().ReservedBytes, 10_000, 15_000); // and after
    }

    [Theory]
    [InlineData("<iq type='get'/>", false)]
    [InlineData("<message><body>x</body></message>", false)]
    [InlineData("<message><active xmlns='http://jabber.org/protocol/chatstates'/></message>", true)]
    [InlineData("<presence/>", true)]
    public void What_is_important_at_first_sight_is_not_read(string stanza, bool mayWait) =>
        Assert.Equal(mayWait, Importance.MayWait(System.Text.Encoding.UTF8.GetBytes(stanza)));

    private static async Task<(RawClient Romeo, RawClient Juliet)> MeetAsync(XmppHost host)
    {
        var romeo = await host.BoundRawAsync("romeo", "phone");
        await romeo.SendAsync("<presence/>");
        await romeo.ReadUntilAsync("<presence");
        return (romeo, await host.BoundRawAsync("juliet"));
    }

    // A message that came through says that what its receiver sent before has been heard.
    private static async Task SayAndHearAsync(RawClient receiver, RawClient sender, string text)
    {
        await receiver.SoFarAsync();
        await sender.SayAsync("romeo@edge.local", text);
        await receiver.ReadUntilAsync($"<body>{text}</body></message>");
    }
}
