using System.Text.Json;

using Edge.TestKit;

namespace Edge.Conformance.Demo;

public sealed class DemoTests : IDisposable
{
    private static readonly string[] Steps =
    [
        "gateway", "meter", "node", "no-press", "befriend", "token", "telemetry", "sticker", "sign-in", "claim-node", "claim-meter",
        "read-refused", "read-question", "read-allowed", "control-refused", "control-question", "control-allowed", "other-parameter",
        "read-cached", "stop", "restart", "node-again", "cache",
    ];

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task The_main_job_holds_from_the_button_to_the_restart()
    {
        await using var gateway = Demo("--once", "--json");

        var lines = await gateway.ReadLinesAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Steps, lines.Select(l => l.GetProperty("step").GetString()));
        Assert.All(lines, l => Assert.True(l.GetProperty("ok").GetBoolean(), l.ToString()));
        Assert.Equal(0, await gateway.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("temperature = ", Seen(lines, "read-allowed"), StringComparison.Ordinal);
        Assert.DoesNotContain("humidity", Seen(lines, "read-allowed"), StringComparison.Ordinal);
        Assert.Contains("visitor@edge.local wants to read temperature and humidity of Sensor 1", Seen(lines, "read-question"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("meter")]
    [InlineData("befriend")]
    [InlineData("token")]
    [InlineData("claim-node")]
    [InlineData("read-question")]
    [InlineData("control-allowed")]
    public async Task After_a_power_cut_at_any_step_the_same_data_leads_to_the_end(string step)
    {
        await using (var cut = Demo("--once", "--json"))
        {
            while (await cut.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains($"\"step\":\"{step}\"", StringComparison.Ordinal)) { }
            await cut.KillAsync();
        }

        await using var again = Demo("--once", "--json");
        var lines = await again.ReadLinesAsync(TestContext.Current.CancellationToken);

        Assert.All(lines, l => Assert.True(l.GetProperty("ok").GetBoolean(), l.ToString()));
        Assert.Equal(("cache", 0), (lines[^1].GetProperty("step").GetString(), await again.ExitAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Other_programs_are_told_how_to_take_part_and_an_interrupt_ends_it_cleanly()
    {
        await using var gateway = Demo("--yes", "--json");

        var ready = JsonDocument.Parse((await gateway.ReadLineAsync(TestContext.Current.CancellationToken))!).RootElement.GetProperty("ready");

        Assert.StartsWith("http://", ready.GetProperty("portal").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(ready.GetProperty("code").GetString()!);
        Assert.True(File.Exists(ready.GetProperty("mqtt").GetProperty("ca").GetString()));
        Assert.Equal(["owner", "visitor"], ready.GetProperty("mqtt").GetProperty("clients").EnumerateArray().Select(c => c.GetProperty("role").GetString()));
        Assert.Equal(["owner@edge.local", "visitor@edge.local"], ready.GetProperty("xmpp").GetProperty("accounts").EnumerateArray().Select(c => c.GetProperty("jid").GetString()));
        Assert.Equal(2, ready.GetProperty("claims").GetArrayLength());
        var node = ready.GetProperty("nodes")[0];
        Assert.Contains("temperature", node.GetProperty("fields").EnumerateArray().Select(f => f.GetString()));
        Assert.Contains("led", node.GetProperty("parameters").EnumerateArray().Select(f => f.GetString()));

        gateway.Interrupt();
        Assert.Equal(0, await gateway.ExitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_wrong_configuration_is_told_whole_and_exits_with_2()
    {
        await File.WriteAllTextAsync(_folder.File("wrong.yaml"), "things: { domain: '' }\nmqtt: { maxInFlight: -1 }\n", TestContext.Current.CancellationToken);
        await using var gateway = GatewayProcess.Start("run", "--config", _folder.File("wrong.yaml"));

        Assert.Equal(2, await gateway.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("things:domain", gateway.Errors, StringComparison.Ordinal);
        Assert.Contains("mqtt:maxInFlight", gateway.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_prints_a_one_time_code_while_there_is_no_account_and_stops_cleanly()
    {
        await File.WriteAllTextAsync(_folder.File("gateway.yaml"), $"gateway: {{ dataFolder: '{_folder.File("data")}' }}\n", TestContext.Current.CancellationToken);
        await using var gateway = GatewayProcess.Start("run", "--config", _folder.File("gateway.yaml"));

        await Eventually.HoldsAsync(() => gateway.Errors.Contains("one-time code (24 hours): ", StringComparison.Ordinal), 60);
        gateway.Interrupt();

        Assert.Equal(0, await gateway.ExitAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Dispose();

    private GatewayProcess Demo(params string[] arguments) => GatewayProcess.Start(["demo", "--data", _folder.File("demo"), .. arguments]);

    private static string Seen(IEnumerable<JsonElement> lines, string step) =>
        lines.Single(l => l.GetProperty("step").GetString() == step).GetProperty("seen").GetString()!;
}
