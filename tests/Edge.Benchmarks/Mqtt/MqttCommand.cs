using System.CommandLine;

using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Mqtt.Modes;
using Edge.Benchmarks.Mqtt.Servers;

namespace Edge.Benchmarks.Mqtt;

/// <summary><c>mqtt</c>: our broker and Mosquitto in turn under the same load.</summary>
internal static class MqttCommand
{
    private const string Reference = "mosquitto";

    /// <summary>The command as the command line knows it.</summary>
    public static Command Create()
    {
        var modes = new Option<string>("--modes") { Description = $"Which loads, with commas: {string.Join(", ", AllModes.List.Select(m => m.Name))}. Left out: all." };
        var server = new Option<string>("--server") { Description = "Which servers, with commas: ours (the gateway), broker (ours without the gateway around it), mosquitto.", DefaultValueFactory = _ => "ours,mosquitto" };
        var version = new Option<string>("--version") { Description = "Which MQTT, with commas: 4 (3.1.1), 5.", DefaultValueFactory = _ => "4,5" };
        var rounds = new Option<int>("--rounds") { Description = "How often each is measured.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "How long each measurement takes.", DefaultValueFactory = _ => 3 };
        var gateway = new Option<string?>("--gateway") { Description = "The edge-gateway.dll to measure. Left out: this repository's Release build." };
        var json = new Option<string?>("--json") { Description = "A file for every value of every round." };
        var keepLogs = new Option<bool>("--keep-logs") { Description = "Leave the servers' folders and logs behind." };
        var command = new Command("mqtt", "Measures our broker and Mosquitto in turn. Build both with -c Release.")
        {
            modes, server, version, rounds, seconds, gateway, json, keepLogs,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var servers = Words(parsed.GetValue(server)!).Select(name => Kind(name, parsed.GetValue(gateway))).ToList();
            var time = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            int[] versions = [.. Words(parsed.GetValue(version)!).Select(int.Parse)];
            var trials = Modes(parsed.GetValue(modes)).SelectMany(m => versions.Select(v => MqttTrial.Of(m, v, servers, time))).ToList();
            var results = new Results("MQTT");
            await new Comparison(new(trials, parsed.GetValue(rounds)) { KeepsLogs = parsed.GetValue(keepLogs) }, results, Console.Error).RunAsync();
            await Console.Out.WriteAsync(results.Table([.. servers.Select(s => s.Name)], Reference));
            if (parsed.GetValue(json) is { } file) await File.WriteAllTextAsync(file, results.ToJson(), cancel);
        });
        return command;
    }

    private static IServerKind Kind(string name, string? gateway) => name switch
    {
        "ours" => new GatewayServer(gateway),
        "broker" => new BrokerServer(),
        Reference => new MosquittoServer(),
        _ => throw new ArgumentException($"--server {name}: give ours, broker or mosquitto."),
    };

    private static List<IMode> Modes(string? names) => names is null
        ? [.. AllModes.List]
        : [.. Words(names).Select(name => AllModes.List.FirstOrDefault(m => m.Name == name) ?? throw new ArgumentException($"--modes {name}: there is no such mode."))];

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
