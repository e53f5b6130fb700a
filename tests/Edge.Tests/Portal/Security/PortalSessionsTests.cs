using Edge.Portal;
using Edge.Portal.Security;
using Edge.TestKit;

using Microsoft.Extensions.Options;

namespace Edge.Tests.Portal.Security;

public sealed class PortalSessionsTests
{
    [Fact]
    public void Sessions_that_are_older_than_any_may_be_are_forgotten_when_others_come()
    {
        var clock = new ManualClock();
        var sessions = new PortalSessions(Options.Create(new PortalOptions { SessionMaxDays = 30 }), clock);
        sessions.Open("anna", new("Firefox", "192.0.2.1"));
        clock.Advance(TimeSpan.FromDays(29));
        sessions.Open("anna", new("Chrome", "192.0.2.1"));

        clock.Advance(TimeSpan.FromDays(1));
        sessions.Open("bert", new("Safari", "192.0.2.2"));

        Assert.Equal("Chrome", Assert.Single(sessions.Of("anna")).Browser.Name);
    }
}
