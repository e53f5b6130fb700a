using System.Text.Json;

namespace Edge.Conformance.Xmpp;

/// <summary>A component with slixmpp's: what it and a person see of each other.</summary>
public sealed class SlixmppComponentTests
{
    [Fact]
    public async Task A_component_signs_in_is_found_and_talks()
    {
        await using var gateway = await XmppGateway.StartAsync(settings: ("xmpp:components:plays:secret", "the secret of plays"));
        await gateway.AddAccountsAsync("romeo");

        var steps = await gateway.RunPythonAsync("slixmpp_component.py", $"{gateway.ComponentPort}", "the secret of plays");

        Assert.False(steps["wrong secret"].GetProperty("started").GetBoolean());
        Assert.Equal("plays.edge.local", Text(steps, "signed in", "jid"));
        Assert.True(steps["found"].GetProperty("listed").GetBoolean());
        Assert.Contains("urn:test:plays", steps["found"].GetProperty("features").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal(("Grüße & <Küsse>", "hamlet@plays.edge.local"), (Text(steps, "message in", "body"), Text(steps, "message in", "to")));
        Assert.StartsWith("romeo@edge.local/", Text(steps, "message in", "sender"), StringComparison.Ordinal);
        Assert.Equal(("To be", "hamlet@plays.edge.local/stage"), (Text(steps, "message out", "body"), Text(steps, "message out", "sender")));
        Assert.True(steps["ping"].GetProperty("server").GetBoolean() && steps["ping"].GetProperty("client").GetBoolean());
        Assert.Equal(("hamlet@plays.edge.local/stage", "playing"), (Text(steps, "presence", "sender"), Text(steps, "presence", "status")));
        Assert.Equal("remote-server-timeout", Text(steps, "away", "condition"));
    }

    private static string Text(Dictionary<string, JsonElement> steps, string step, string key) => steps[step].GetProperty(key).GetString()!;
}
