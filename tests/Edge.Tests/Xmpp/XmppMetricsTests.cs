using Edge.TestKit;
using Edge.Tests.Xmpp.Modules.StreamManagement;

namespace Edge.Tests.Xmpp;

public sealed class XmppMetricsTests
{
    [Fact]
    public async Task Sessions_and_stanzas_are_counted_by_state_direction_and_kind_and_never_go_back()
    {
        await using var host = new XmppHost();
        using var figures = new Figures(host);
        var (romeo, id) = await host.PresentAsync("romeo");
        var juliet = await host.BoundRawAsync("juliet");
        await juliet.SayAsync("romeo@edge.local", "hello");
        await romeo.ReadUntilAsync("hello</body></message>");

        Assert.Equal(2, figures.Read("edge.xmpp.sessions", "connected"));
        Assert.Equal(1, figures.Read("edge.xmpp.stanzas", "in", "message"));
        Assert.Equal(1, figures.Read("edge.xmpp.stanzas", "in", "presence"));
        Assert.Equal(1, figures.Read("edge.xmpp.stanzas", "out", "message"));
        var bytes = figures.Read("edge.xmpp.stanza.bytes", "out");
        Assert.True(bytes > 100);

        await host.BreakAsync(romeo);
        Assert.Equal((1, 1), (figures.Read("edge.xmpp.sessions", "connected"), figures.Read("edge.xmpp.sessions", "waiting")));
        var (again, _) = await host.ResumeAsync("romeo", id, 2);
        await Edge.TestKit.Eventually.HoldsAsync(() => figures.Read("edge.xmpp.resumptions", "resumed") == 1); // counted behind the answer
        await again.SendAsync("</stream:stream>");
        await again.ReadToEndAsync();
        await juliet.SendAsync("</stream:stream>");
        await juliet.ReadToEndAsync();
        Assert.Equal(0, figures.Read("edge.xmpp.sessions", "connected"));
        Assert.Equal(1, figures.Read("edge.xmpp.stanzas", "in", "message"));
        Assert.True(figures.Read("edge.xmpp.stanza.bytes", "out") >= bytes);
    }

    [Fact]
    public async Task What_is_refused_is_counted()
    {
        await using var host = new XmppHost(settings: [("xmpp:maxSessionsPerAccount", "1"), ("xmpp:connections:total", "2"), ("xmpp:connections:perAddress", "2")]);
        using var figures = new Figures(host);
        await host.BoundRawAsync("romeo");
        var raw = await host.SignedInRawAsync("romeo");
        await raw.BindAsync();
        Assert.Equal(1, figures.Read("edge.xmpp.refused", "resource"));
        await host.OpenRaw().ReadToEndAsync();
        Assert.Equal(1, figures.Read("edge.xmpp.refused", "connection"));
    }

    [Fact]
    public async Task Who_does_not_slow_down_is_counted()
    {
        await using var host = new XmppHost(settings: [("xmpp:rates:stanzasPerSecond", "10"), ("xmpp:rates:burstStanzas", "20"), ("xmpp:rates:overrunSeconds", "1")]);
        using var figures = new Figures(host);
        var romeo = await host.BoundRawAsync("romeo");
        for (var i = 0; i < 200; i++) await romeo.SendAsync($"<iq type='get' id='p{i}'><ping xmlns='urn:xmpp:ping'/></iq>");
        await Eventually.HoldsAsync(() =>
        {
            host.Clock.Advance(TimeSpan.FromMilliseconds(101));
            return figures.Read("edge.xmpp.refused", "rate") == 1;
        });
    }

    [Fact]
    public async Task Log_ins_are_counted_by_mechanism_and_outcome()
    {
        await using var host = new XmppHost();
        using var figures = new Figures(host);
        await host.SignedInRawAsync("romeo");
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        await raw.SendAsync("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>nonsense</auth>");
        await raw.ReadUntilAsync("</failure>");
        Assert.Equal(1, figures.Read("edge.xmpp.logins", "SCRAM-SHA-256", "ok"));
        Assert.Equal(1, figures.Read("edge.xmpp.logins", "SCRAM-SHA-256", "failed"));
    }

    /// <summary>Sums what the meter of one host tells, by tags.</summary>
}
