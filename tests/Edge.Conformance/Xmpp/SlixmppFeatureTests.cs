using System.Text.Json;

namespace Edge.Conformance.Xmpp;

/// <summary>Features of the server as slixmpp's plugins see them.</summary>
public sealed class SlixmppFeatureTests
{
    [Fact]
    public async Task A_person_shows_a_card_to_others()
    {
        var steps = await RunAsync("vcard");

        Assert.Equal("Romeo Montague", Text(steps, "own", "name"));
        Assert.Equal("Romeo Montague", Text(steps, "friend", "name"));
    }

    [Fact]
    public async Task A_client_keeps_its_private_data()
    {
        var steps = await RunAsync("private");

        Assert.Equal("https://example.org/", Assert.Single(steps["kept"].GetProperty("urls").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task A_session_outlives_its_connection()
    {
        var steps = await RunAsync("resumption");

        Assert.True(steps["enabled"].GetProperty("resume").GetBoolean());
        Assert.True(steps["resumed"].GetProperty("same").GetBoolean());
        Assert.Equal("while you were away", Text(steps, "resumed", "body"));
        Assert.Equal("and now", Text(steps, "after", "body"));
    }

    [Fact]
    public async Task A_blocked_person_gets_nothing_through()
    {
        var steps = await RunAsync("blocking");

        Assert.Equal("juliet@edge.local", Assert.Single(steps["blocked"].GetProperty("jids").EnumerateArray()).GetString());
        Assert.Equal("service-unavailable", Text(steps, "refused", "condition"));
        Assert.Equal("service-unavailable", Text(steps, "request", "condition"));
        Assert.Equal("hello again", Text(steps, "unblocked", "body"));
    }

    [Fact]
    public async Task A_persons_devices_see_each_others_conversations()
    {
        var steps = await RunAsync("carbons");

        Assert.Equal(("juliet@edge.local", "to the phone"), (Text(steps, "received", "sender"), Text(steps, "received", "body")));
        Assert.Equal(("juliet@edge.local", "from the phone"), (Text(steps, "sent", "receiver"), Text(steps, "sent", "body")));
    }

    [Fact]
    public async Task Messages_wait_for_a_person_who_is_away()
    {
        var steps = await RunAsync("offline");

        Assert.True(steps["feature"].GetProperty("offered").GetBoolean());
        Assert.Equal(["message 0", "message 1", "message 2"], steps["kept"].GetProperty("bodies").EnumerateArray().Select(b => b.GetString()));
        Assert.True(steps["kept"].GetProperty("delayed").GetBoolean());
        Assert.Equal("juliet@edge.local", Text(steps, "kept", "sender"));
    }

    private static async Task<Dictionary<string, JsonElement>> RunAsync(string feature)
    {
        await using var gateway = await XmppGateway.StartAsync();
        await gateway.AddAccountsAsync("romeo", "juliet");
        return await gateway.RunPythonAsync("slixmpp_features.py", feature);
    }

    private static string Text(Dictionary<string, JsonElement> steps, string step, string key) => steps[step].GetProperty(key).GetString()!;
}
