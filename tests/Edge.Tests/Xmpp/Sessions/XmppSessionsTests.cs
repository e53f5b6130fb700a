using Edge.Identity.Accounts;
using Edge.TestKit;
using Edge.Tests.Xmpp.Modules.StreamManagement;
using Edge.Xmpp;
using Edge.Xmpp.Routing;

namespace Edge.Tests.Xmpp.Sessions;

public sealed class XmppSessionsTests
{
    [Fact]
    public async Task An_operator_sees_who_is_online_with_what_they_sent_and_got()
    {
        await using var host = new XmppHost();
        var romeo = await host.BoundRawAsync("romeo", "phone");
        var juliet = await host.BoundRawAsync("juliet", "balcony");
        await romeo.SendAsync("<presence/>");
        await romeo.ReadUntilAsync("<presence");
        await romeo.SayAsync("juliet@edge.local/balcony", "hello");
        await juliet.ReadUntilAsync("hello</body></message>");

        var sessions = host.Get<IXmppSessions>().List();

        Assert.Equal(["juliet@edge.local/balcony", "romeo@edge.local/phone"], sessions.Select(s => s.Address));
        Assert.Equal(["unavailable", "available"], sessions.Select(s => s.State));
        Assert.All(sessions, s => Assert.Equal(("xmpp tcp", "", host.Clock.GetUtcNow()), (s.Carrier, s.Tls, s.Since)));
        Assert.Equal(2, sessions[1].StanzasIn);
        Assert.Equal(1, sessions[0].StanzasOut);
        Assert.True(sessions[0].BytesOut > sessions[1].BytesIn - "<presence/>".Length, "The sender's address was added.");
        Assert.Equal(["romeo@edge.local/phone"], host.Get<IXmppSessions>().List("romeo").Select(s => s.Address));
    }

    [Fact]
    public async Task Who_is_away_for_a_moment_is_shown_as_such_and_counts_go_on()
    {
        await using var host = new XmppHost();
        var (romeo, id) = await host.PresentAsync("romeo", "phone");
        await host.BreakAsync(romeo);
        Assert.Equal(("away", "", 1), host.Get<IXmppSessions>().List().Select(s => (s.State, s.Carrier, s.StanzasIn)).Single());
        var (again, _) = await host.ResumeAsync("romeo", id, 1);
        await again.SoFarAsync();
        Assert.Equal(("available", "xmpp tcp", 2), host.Get<IXmppSessions>().List().Select(s => (s.State, s.Carrier, s.StanzasIn)).Single());
    }

    [Fact]
    public async Task A_session_over_TLS_shows_its_version()
    {
        await using var host = new XmppHost();
        await host.ConnectTlsAsync("romeo");
        Assert.StartsWith("TLS 1.", host.Get<IXmppSessions>().List().Single().Tls, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_ends_a_session_by_its_address()
    {
        await using var host = new XmppHost();
        var romeo = await host.BoundRawAsync("romeo", "phone");
        Assert.False(host.Get<IXmppSessions>().End("romeo@edge.local/other", "No."));
        Assert.False(host.Get<IXmppSessions>().End("romeo@edge.local", "No."));
        Assert.True(host.Get<IXmppSessions>().End("romeo@edge.local/phone", "An operator ended this session."));
        var answer = await romeo.ReadToEndAsync();
        Assert.Contains("<not-authorized ", answer, StringComparison.Ordinal);
        Assert.Contains("An operator ended this session.", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_accounts_sessions_are_listed_and_ended_one_or_all_whether_they_are_here_or_away()
    {
        await using var host = new XmppHost();
        var sessions = host.Get<IEnumerable<IAccountSessions>>().Single(s => s.Kind == "xmpp");
        var phone = await host.BoundRawAsync("romeo", "phone");
        var desk = await host.BoundRawAsync("romeo", "desk");
        var (pad, _) = await host.ManagedAsync("romeo", "pad");
        await host.BreakAsync(pad);
        var juliet = await host.BoundRawAsync("juliet");
        Assert.Equal(["desk", "pad", "phone"], sessions.List("romeo").Select(s => s.Id).Order());

        await sessions.EndAsync("romeo", "phone", "Signed out.");
        Assert.Contains("Signed out.", await phone.ReadToEndAsync(), StringComparison.Ordinal);
        await sessions.EndAsync("romeo", null, "Signed out everywhere.");
        Assert.Contains("Signed out everywhere.", await desk.ReadToEndAsync(), StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => host.Get<SessionTable>().Of("romeo").Count == 0);
        await juliet.SoFarAsync();
    }
}
