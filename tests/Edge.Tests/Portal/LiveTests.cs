using System.Net;
using System.Text.Json;
using Edge.Portal.Live;
using Edge.TestKit;
using Edge.Tests.Portal.Kit;
using Edge.Things.Nodes;
using Edge.Things.Provisioning;
using Edge.Things.Readings;
using Edge.Things.Registry;

namespace Edge.Tests.Portal;

public sealed class LiveTests
{
    [Fact]
    public async Task New_values_reach_their_owner_and_nobody_else()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        using var anna = await host.OpenAsync("anna");
        using var bert = await host.OpenAsync("bert");
        await using var mine = await LiveStream.OpenAsync(anna);
        await using var his = await LiveStream.OpenAsync(bert);
        Assert.Equal("21.5 °C", Value(await mine.NextAsync("values"), "temperature"));
        Assert.Empty((await his.NextAsync("values")).EnumerateArray());

        await host.RecordAsync(new Reading("temperature", FieldValue.Number(22.25, 2), host.Get<TimeProvider>().GetUtcNow()) { Unit = "Cel" });
        await host.BertAsksAsync(Operation.Read, "humidity");

        Assert.Equal("22.25 °C", Value(await mine.NextAsync("values"), "temperature"));
        Assert.Equal(1, (await mine.NextAsync("badges", b => b.GetProperty("questions").GetInt32() == 1)).GetProperty("questions").GetInt32());
        await host.Get<IThingRegistry>().ClaimAsync(PortalHost.Bert, FakeHome.MeterTags);
        Assert.Equal("mqtt/meter", (await his.NextAsync("values", v => v.GetArrayLength() > 0))[0].GetProperty("key").GetString());
    }

    [Fact]
    public async Task A_node_that_goes_offline_is_told_with_its_values_late()
    {
        await using var host = await PortalHost.StartAsync();
        await host.GiveAnnaTheSensorAsync();
        using var anna = await host.OpenAsync("anna");
        await using var live = await LiveStream.OpenAsync(anna);
        await live.NextAsync("values");

        host.Home.SensorState = NodeState.Offline;
        await host.Get<Edge.Things.IDomainEvents>().PublishAsync(new NodesChanged("mqtt"));

        var thing = (await live.NextAsync("values"))[0];
        Assert.Equal("offline", thing.GetProperty("state").GetString());
        Assert.Equal("late", thing.GetProperty("fields")[0].GetProperty("freshness").GetString());
    }

    [Fact]
    public async Task The_stream_ends_when_its_session_does()
    {
        await using var host = await PortalHost.StartAsync(null, ("liveHeartbeatSeconds", "1"));
        using var anna = await host.OpenAsync("anna");
        await using var live = await LiveStream.OpenAsync(anna);
        await live.NextAsync("values");

        await anna.SubmitAsync("/", "/sign-out");

        await live.EndsAsync();
        await Eventually.HoldsAsync(() => host.Get<LiveHub>().Count == 0);
    }

    [Fact]
    public async Task A_page_that_goes_frees_its_place()
    {
        await using var host = await PortalHost.StartAsync(null, ("liveConnectionsPerAccount", "1"));
        using var anna = await host.OpenAsync("anna");
        await using (var first = await LiveStream.OpenAsync(anna))
        {
            await first.NextAsync("values");
            var second = await anna.GetAsync("/api/live");
            Assert.Equal(HttpStatusCode.TooManyRequests, second.Status);
            Assert.Contains("portal:liveConnectionsPerAccount", second.Text, StringComparison.Ordinal);
            using var bert = await host.OpenAsync("bert");
            await using var his = await LiveStream.OpenAsync(bert);
            await his.NextAsync("values");
        }

        await Eventually.HoldsAsync(() => host.Get<LiveHub>().Count == 0);
        await using var again = await LiveStream.OpenAsync(anna);
        await again.NextAsync("values");
    }

    [Fact]
    public async Task All_accounts_together_have_a_limit()
    {
        await using var host = await PortalHost.StartAsync(null, ("liveConnections", "1"));
        using var anna = await host.OpenAsync("anna");
        using var bert = await host.OpenAsync("bert");
        await using var first = await LiveStream.OpenAsync(anna);
        await first.NextAsync("values");

        Assert.Contains("(portal:liveConnections)", (await bert.GetAsync("/api/live")).Text, StringComparison.Ordinal);
    }

    private static string? Value(JsonElement things, string field) =>
        things[0].GetProperty("fields").EnumerateArray().Single(f => f.GetProperty("name").GetString() == field).GetProperty("value").GetString();
}
