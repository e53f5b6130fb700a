namespace Edge.Conformance.Xmpp;

/// <summary>People with aioxmpp's client, which is the strictest about what a server says.</summary>
public sealed class AioxmppTests
{
    [Fact]
    public async Task Two_people_sign_in_meet_and_talk()
    {
        await using var gateway = await XmppGateway.StartAsync();
        await gateway.AddAccountsAsync("romeo", "juliet");

        var steps = await PythonScript.RunAsync("aioxmpp_smoke.py", ["aioxmpp"], $"{gateway.Port}", XmppGateway.Domain, gateway.AuthorityFile);

        Assert.StartsWith("romeo@edge.local/", steps["log-in"].GetProperty("jid").GetString(), StringComparison.Ordinal);
        Assert.True(steps["log-in"].GetProperty("managed").GetBoolean());
        Assert.Equal("to", steps["roster"].GetProperty("items").GetProperty("juliet@edge.local").GetString());
        Assert.StartsWith("romeo@edge.local/", steps["presence"].GetProperty("sender").GetString(), StringComparison.Ordinal);
        Assert.Equal("Grüße & <Küsse> 😀", steps["message"].GetProperty("body").GetString());
        Assert.Contains("urn:xmpp:ping", steps["disco"].GetProperty("features").EnumerateArray().Select(f => f.GetString()));
        Assert.Contains("left", steps.Keys);
    }
}
