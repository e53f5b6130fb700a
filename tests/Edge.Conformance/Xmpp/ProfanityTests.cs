using Edge.TestKit;

namespace Edge.Conformance.Xmpp;

/// <summary>A person at a terminal with profanity.</summary>
public sealed class ProfanityTests
{
    [Fact]
    public async Task A_person_at_a_terminal_signs_in_sees_the_roster_and_talks()
    {
        var profanity = Peer.Require("profanity");
        using var home = new TempFolder();
        await using var gateway = await XmppGateway.StartAsync();
        await gateway.AddAccountsAsync("romeo", "juliet");

        var steps = await gateway.RunPythonAsync("profanity_smoke.py", profanity, home.Path);

        Assert.Contains("logged in", steps.Keys);
        Assert.Contains("roster", steps.Keys);
        Assert.Equal("romeo@edge.local", steps["message"].GetProperty("sender").GetString());
        Assert.Equal("Neither, fair maid.", steps["message"].GetProperty("body").GetString());
    }
}
