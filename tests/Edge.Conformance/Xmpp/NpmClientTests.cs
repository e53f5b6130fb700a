using System.Diagnostics;
using System.Text.Json;

using Edge.TestKit;

namespace Edge.Conformance.Xmpp;

/// <summary>npm's @xmpp/client over each of the ways that it knows.</summary>
public sealed class NpmClientTests
{
    [Theory]
    [InlineData("xmpp")]
    [InlineData("xmpps")]
    [InlineData("wss")]
    public async Task Two_people_sign_in_and_talk(string way)
    {
        var node = Peer.RequireNode("@xmpp/client");
        await using var gateway = await XmppGateway.StartAsync();
        await gateway.AddAccountsAsync("romeo", "juliet");
        var service = way switch
        {
            "xmpp" => $"xmpp://localhost:{gateway.Port}",
            "xmpps" => $"xmpps://localhost:{gateway.TlsPort}",
            _ => $"wss://localhost:{gateway.WebPort}/xmpp-websocket",
        };

        var start = new ProcessStartInfo(node, [Path.Combine(AppContext.BaseDirectory, "Xmpp", "npm_client.js"), Peer.NodeModules, service, XmppGateway.Domain]);
        start.Environment["NODE_EXTRA_CA_CERTS"] = gateway.AuthorityFile;
        var steps = await PythonScript.RunAsync("npm_client.js", start);

        Assert.Equal("not-authorized", Text(steps, "wrong password", "refused"));
        var (romeo, juliet) = (Text(steps, "addresses", "romeo"), Text(steps, "addresses", "juliet"));
        Assert.StartsWith("romeo@edge.local/", romeo, StringComparison.Ordinal);
        Assert.Equal(romeo, Text(steps, "presence", "sender"));
        Assert.Equal(("query", 0), (Text(steps, "roster", "name"), steps["roster"].GetProperty("items").GetInt32()));
        Assert.Equal(("result", "edge.local"), (Text(steps, "ping", "type"), Text(steps, "ping", "sender")));
        Assert.Equal(juliet, Text(steps, "message", "sender"));
        Assert.True(steps["message"].GetProperty("isWhole").GetBoolean());
        Assert.True(steps["large"].GetProperty("isWhole").GetBoolean());
        Assert.True(steps["managed"].GetProperty("romeo").GetBoolean());
        Assert.Equal(("offline", "offline"), (Text(steps, "left", "romeo"), Text(steps, "left", "juliet")));
    }

    private static string Text(Dictionary<string, JsonElement> steps, string step, string key) => steps[step].GetProperty(key).GetString()!;
}
