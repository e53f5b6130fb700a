using System.Text.Json;

using Edge.Conformance.Xmpp.Servers;
using Edge.Things.Nodes;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Conformance.Xmpp.Iot;

/// <summary>An owner, a visitor and a device with slixmpp, its plugins for XEP-0323 and XEP-0325 included.</summary>
public sealed class SlixmppIotTests
{
    [Fact]
    public async Task An_owner_claims_a_visitor_asks_and_gets_what_he_is_allowed()
    {
        var nodes = new SampleNodes(TimeProvider.System);
        await using var gateway = await XmppGateway.StartAsync(more: services => services.AddSingleton<INodeSource>(nodes));
        await gateway.AddAccountsAsync("owner", "visitor", "device");

        var steps = await gateway.RunPythonAsync("Iot/slixmpp_iot.py", Later, "concentrator.edge.local");

        AssertAll(steps, nodes, "concentrator.edge.local");
    }

    [Theory]
    [InlineData("prosody")]
    [InlineData("ejabberd")]
    public async Task The_same_goes_where_the_gateway_has_joined_another_server(string kind)
    {
        var nodes = new SampleNodes(TimeProvider.System);
        var setup = PeerServerSetup.With("owner", "visitor", "device", "concentrator");
        await using IPeerServer server = kind == "prosody" ? await ProsodyServer.RunAsync(setup) : await EjabberdServer.RunAsync(setup);
        await using var gateway = await JoinedGateway.StartAsync(server, services => services.AddSingleton<INodeSource>(nodes));

        var steps = await PythonScript.RunAsync(
            "Iot/slixmpp_iot.py", ["slixmpp"], $"{server.Port}", XmppGateway.Domain, server.AuthorityFile, Later, "concentrator@edge.local/edge");

        AssertAll(steps, nodes, "concentrator@edge.local/edge");
    }

    private static string Later =>
        TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    private static void AssertAll(Dictionary<string, JsonElement> steps, SampleNodes nodes, string concentrator)
    {
        AssertServices(steps["services"].GetProperty("found"), concentrator);
        AssertClaim(steps["claim"], concentrator.Split('/')[0]);
        AssertReadOut(steps);
        AssertControl(steps, nodes);
        AssertSchedule(steps["schedule"]);
        AssertDevice(steps);
    }

    private static void AssertServices(JsonElement found, string concentrator)
    {
        foreach (var (service, feature) in ((string, string)[])
            [
                ("things.edge.local", "urn:xmpp:iot:discovery"), ("provisioning.edge.local", "urn:xmpp:iot:provisioning"),
                (concentrator, "urn:xmpp:iot:sensordata"), (concentrator, "urn:xmpp:iot:control"), (concentrator, "urn:nf:iot:sd:1.0"),
            ])
            Assert.Contains(feature, found.GetProperty(service).EnumerateArray().Select(f => f.GetString()));
    }

    private static void AssertClaim(JsonElement claim, string concentrator)
    {
        Assert.Equal("item-not-found", claim.GetProperty("wrong").GetString());
        var right = claim.GetProperty("right");
        Assert.Equal((concentrator, "s1", "bus"), (Text(right, "jid"), Text(right, "nodeId"), Text(right, "sourceId")));
    }

    private static void AssertReadOut(Dictionary<string, JsonElement> steps)
    {
        var refused = Assert.Single(Told(steps, "read by a stranger"));
        Assert.Equal(("rejected", "Not allowed yet: the owner has been asked."), (Text(refused, "result"), Text(refused, "error")));
        Assert.Equal("visitor@edge.local wants to read temperature and humidity of Sensor 1. Answer in the portal.", Text(steps["question about reading"], "sentence"));
        Assert.Equal("canRead", Text(steps["question about reading"], "element"));
        Assert.Equal(JsonValueKind.Null, steps["rule about reading"].GetProperty("answer").ValueKind);

        var allowed = Told(steps, "read by an allowed visitor");
        Assert.Equal(["accepted", "fields", "done"], allowed.Select(t => Text(t, "result")));
        var field = Assert.Single(allowed[1].GetProperty("fields").EnumerateArray());
        Assert.Equal(("temperature", "numeric", "21.50", "Cel"), (Text(field, "name"), Text(field, "typename"), Text(field, "value"), Text(field, "unit")));
        Assert.Equal("true", Text(field.GetProperty("flags"), "momentary"));
        Assert.Equal("true", Text(field.GetProperty("flags"), "automaticReadout"));
        Assert.Equal(["rejected"], Told(steps, "read a field that is not allowed").Select(t => Text(t, "result")));

        var own = Told(steps, "read by the owner");
        Assert.Equal(["temperature", "humidity", "door", "serial"], own[1].GetProperty("fields").EnumerateArray().Select(f => Text(f, "name")));
        Assert.Equal("A-1 <&> °C", Text(own[1].GetProperty("fields")[3], "value"));
        var dead = Told(steps, "read a dead node");
        Assert.Equal(("failure", "dead", "No answer."), (Text(dead[^1], "result"), Text(dead[^1], "node"), Text(dead[^1], "error")));
        Assert.Equal(["rejected"], Told(steps, "read no node").Select(t => Text(t, "result")));
    }

    private static void AssertControl(Dictionary<string, JsonElement> steps, SampleNodes nodes)
    {
        Assert.Equal("InsufficientPrivileges", Text(steps["control by a stranger"], "result"));
        Assert.Equal("visitor@edge.local wants to set led of Sensor 1. Answer in the portal.", Text(steps["question about control"], "sentence"));
        Assert.Equal("OK", Text(steps["control by an allowed visitor"], "result"));
        Assert.Equal("InsufficientPrivileges", Text(steps["control of another parameter"], "result"));
        Assert.Equal("NotFound", Text(steps["control of what is not there"], "result"));
        Assert.Equal(["led"], steps["form"].GetProperty("fields").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal(["led=true", "led=false"], nodes.Set.Select(p => $"{p.Name}={p.Value}"));
    }

    private static void AssertSchedule(JsonElement schedule)
    {
        Assert.Equal("true", Text(schedule.GetProperty("accepted"), "queued"));
        Assert.Equal("cancelled", Text(schedule, "cancelled"));
        Assert.Equal("item-not-found", Text(schedule, "again"));
    }

    private static void AssertDevice(Dictionary<string, JsonElement> steps)
    {
        Assert.Equal("provisioning.edge.local", Text(steps["subscription"], "sender"));
        Assert.Equal(("things.edge.local", "owner@edge.local"), (Text(steps["claimed"], "sender"), Text(steps["claimed"], "owner")));
        var friend = steps["friend"];
        Assert.Equal(("false", "true"), (Text(friend.GetProperty("before"), "result"), Text(friend.GetProperty("after"), "result")));
        Assert.Equal("provisioning.edge.local", Text(friend, "sender"));
        Assert.Equal("visitor@edge.local", Text(friend.GetProperty("after"), "jid"));
        Assert.Equal("true", Text(steps["owner reads"].GetProperty("answer"), "result"));
        Assert.Equal(JsonValueKind.Null, steps["disowned"].GetProperty("answer").ValueKind);
    }

    private static JsonElement[] Told(Dictionary<string, JsonElement> steps, string step) => [.. steps[step].GetProperty("told").EnumerateArray()];

    private static string Text(JsonElement element, string key) => element.GetProperty(key).GetString()!;
}
