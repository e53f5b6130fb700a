using Edge.Xmpp.Modules.StreamManagement;
using Edge.Xmpp.Routing;

namespace Edge.Tests.Xmpp.Modules.StreamManagement;

public sealed class ResumptionTableTests
{
    [Fact]
    public async Task Of_sessions_that_are_over_only_the_last_thousand_are_remembered()
    {
        await using var host = new XmppHost();
        await host.ConnectAsync("romeo");
        var (table, bound) = (host.Get<ResumptionTable>(), host.Get<SessionTable>().Of("romeo")[0]);

        var sessions = Enumerable.Range(0, 1001).Select(_ => table.Begin(bound, 60)).ToList();
        foreach (var session in sessions) table.Remove(session);

        Assert.Null(table.HandledBy("romeo", sessions[0].Id));
        Assert.All(sessions.Skip(1), s => Assert.NotNull(table.HandledBy("romeo", s.Id)));
        Assert.Null(table.HandledBy("juliet", sessions[1].Id));
    }
}
