using Edge.Things.Readings;

namespace Edge.Tests.Mqtt.NodeProtocol;

/// <summary>Telemetry and state (node protocol, "Data and control"; RFC 8428).</summary>
public sealed class DataTests
{
    [Fact]
    public async Task Telemetry_becomes_readings_and_goes_on_to_subscribers()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        var publishing = await node.SayAsync("telemetry", """[{"n":"temperature","u":"Cel","v":21.50},{"n":"humidity","v":40,"t":-5}]""");

        Assert.False(publishing.IsTaken);
        var readings = Readings(host);
        var temperature = readings.Single(r => r.Field == "temperature");
        Assert.Equal(("21.50", "Cel", host.Clock.GetUtcNow()), (temperature.Value.ToString(), temperature.Unit, temperature.At));
        var humidity = readings.Single(r => r.Field == "humidity");
        Assert.Equal(("%RH", host.Clock.GetUtcNow().AddSeconds(-5)), (humidity.Unit, humidity.At));
        Assert.Empty(node.Inbox);
    }

    [Theory]
    [InlineData("1700000000", "2023-11-14T22:13:20Z")]
    [InlineData("99999999999", "2026-05-01T12:00:00Z")] // a clock ahead of ours
    [InlineData("600", "2026-05-01T12:00:00Z")]
    [InlineData("-9e30", "2026-05-01T12:00:00Z")]
    public async Task Times_are_never_in_the_future(string time, string expected)
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        await node.SayAsync("telemetry", $$"""[{"n":"temperature","v":1,"t":{{time}}}]""");
        Assert.Equal(DateTimeOffset.Parse(expected, null), Readings(host).Single().At);
    }

    [Fact]
    public async Task A_value_of_another_type_is_an_error_and_a_name_that_was_not_declared_is_nothing()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        await node.SayAsync("telemetry", """[{"n":"temperature","vs":"warm"},{"n":"made-up","v":1}]""");
        var reading = Assert.Single(Readings(host));
        Assert.Equal(("temperature", null, Quality.Error), (reading.Field, reading.Value, reading.Quality));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""[{"v":1}]""")]
    [InlineData("""[{"n":"temperature","v":"1"}]""")]
    [InlineData("""[{"n":"temperature","v":1}""")]
    public async Task What_is_no_pack_is_refused_and_goes_nowhere(string json)
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        await node.IsRefusedAsync("bad-request", "telemetry", json);
        Assert.Empty(Readings(host));
    }

    [Fact]
    public async Task Too_much_telemetry_is_refused()
    {
        await using var host = await NodeHost.StartAsync(settings: ("maxReadings", "4"));
        var node = await host.TrustedNodeAsync();
        await node.IsRefusedAsync("bad-request", "telemetry", "[" + string.Join(',', Enumerable.Repeat("""{"n":"temperature","v":1}""", 5)) + "]");
        await node.IsRefusedAsync("policy-violation", "telemetry", "[" + new string(' ', 4096) + "]");
        Assert.Empty(Readings(host));
    }

    [Fact]
    public async Task A_node_that_says_goodbye_is_offline_and_one_that_leaves_is_too()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        Assert.False((await node.SayAsync("state", """{"online":true,"uptime":5,"heap":100000,"rssi":-60,"fw":"0.1.0"}""")).IsTaken);
        Assert.True(host.Node().IsOnline);
        await node.SayAsync("state", """{"online":false}""");
        Assert.False(host.Node().IsOnline);
        await node.LeaveAsync();
        await host.ReturnAsync();
        Assert.True(host.Node().IsOnline);

        Assert.Single(host.Steps, "sensor-1: offline");
        Assert.Equal(2, host.Steps.Count(s => s == "sensor-1: online"));
    }

    [Fact]
    public async Task A_session_that_another_replaces_does_not_take_the_node_offline()
    {
        await using var host = await NodeHost.StartAsync();
        var old = await host.TrustedNodeAsync();
        await host.ReturnAsync();
        await old.LeaveAsync(isTakenOver: true);
        Assert.True(host.Node().IsOnline);
        Assert.DoesNotContain("sensor-1: offline", host.Steps);
    }

    [Fact]
    public async Task The_will_of_a_session_that_is_gone_is_kept_for_subscribers()
    {
        await using var host = await NodeHost.StartAsync();
        var node = await host.TrustedNodeAsync();
        await node.LeaveAsync();
        var will = await node.SayAsync("state", """{"online":false}""");
        Assert.Equal((false, null), (will.IsTaken, will.Refusal));
        Assert.True((await node.SayAsync("telemetry", """[{"n":"temperature","v":1}]""")).IsTaken);
        Assert.Empty(Readings(host));
    }

    private static IReadOnlyList<Reading> Readings(NodeHost host) =>
        host.Get<ILatestReadings>().Of(host.Concentrator.Identify(new("sensor-1", "mqtt")));
}
