using System.Text.Json;

namespace Edge.Conformance.Xmpp;

/// <summary>People with slixmpp's client: what they see of each other and of the server.</summary>
public sealed class SlixmppCoreTests
{
    [Fact]
    public async Task Two_people_sign_in_meet_and_talk()
    {
        await using var gateway = await XmppGateway.StartAsync();
        await gateway.AddAccountsAsync("romeo", "juliet");

        var steps = await gateway.RunPythonAsync("slixmpp_core.py");

        AssertLogins(steps);
        AssertMeeting(steps);
        AssertTalk(steps);
        AssertQuestions(steps);
        Assert.StartsWith("romeo@edge.local/", Text(steps, "gone", "sender"), StringComparison.Ordinal);
    }

    private static void AssertLogins(Dictionary<string, JsonElement> steps)
    {
        foreach (var mechanism in (string[])["SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS", "None"])
        {
            Assert.Equal("session_start", Text(steps, "login " + mechanism, "outcome"));
            Assert.True(steps["login " + mechanism].GetProperty("cipher").GetBoolean());
            Assert.Equal("romeo@edge.local", Text(steps, "login " + mechanism, "jid"));
        }

        Assert.Equal("failed_all_auth", Text(steps, "wrong password", "outcome"));
        Assert.NotEqual("session_start", Text(steps, "unknown CA", "outcome"));
    }

    private static void AssertMeeting(Dictionary<string, JsonElement> steps)
    {
        Assert.Equal("romeo@edge.local", Text(steps, "asked", "sender")); // bare: subscriptions are the account's
        Assert.StartsWith("juliet@edge.local/", Text(steps, "seen", "sender"), StringComparison.Ordinal);
        Assert.Equal("both", steps["roster of romeo"].GetProperty("items").GetProperty("juliet@edge.local").GetString());
        Assert.Equal("both", steps["roster of juliet"].GetProperty("items").GetProperty("romeo@edge.local").GetString());
        Assert.Equal("thinking", Text(steps, "away", "status"));
    }

    private static void AssertTalk(Dictionary<string, JsonElement> steps)
    {
        Assert.Equal("Grüße & <Küsse> 😀", Text(steps, "message to the account", "body"));
        Assert.StartsWith("romeo@edge.local/", Text(steps, "message to the account", "sender"), StringComparison.Ordinal);
        Assert.StartsWith("juliet@edge.local/", Text(steps, "message to the client", "sender"), StringComparison.Ordinal);
        Assert.Equal("service-unavailable", Text(steps, "message to nobody", "condition"));
    }

    private static void AssertQuestions(Dictionary<string, JsonElement> steps)
    {
        Assert.True(steps["ping"].GetProperty("server").GetBoolean() && steps["ping"].GetProperty("client").GetBoolean());
        Assert.Equal("""[["server","im"]]""", steps["domain"].GetProperty("identities").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("""[["account","registered"]]""", steps["account"].GetProperty("identities").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("Edge", Text(steps, "version", "name"));

        var services = steps["services"].GetProperty("services");
        foreach (var (service, feature) in ((string, string)[])[("things", "urn:xmpp:iot:discovery"), ("provisioning", "urn:xmpp:iot:provisioning"), ("concentrator", "urn:xmpp:iot:sensordata")])
            Assert.Contains(feature, services.GetProperty(service + ".edge.local").EnumerateArray().Select(f => f.GetString()));

        var conditions = steps["absent"].GetProperty("conditions").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString());
        Assert.Equal("service-unavailable", conditions["juliet@edge.local/nowhere"]);
        Assert.Equal("service-unavailable", conditions["nobody@edge.local/x"]);
        Assert.Equal("service-unavailable", conditions["nobody.edge.local"]);
        Assert.Equal("remote-server-not-found", conditions["elsewhere.example"]);
    }

    private static string Text(Dictionary<string, JsonElement> steps, string step, string key) => steps[step].GetProperty(key).GetString()!;
}
