using System.CommandLine;
using System.Text.Json;

using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;
using Edge.Identity.Devices;
using Edge.Protocol;

namespace Edge.Gateway.Commands;

/// <summary>
/// <c>node add esp32-0a1b2c</c>: makes the secret and the claim key of a node that is about to be flashed, puts them into the factory
/// manifest, and prints the node's settings file. The gateway must be stopped: two processes never share its data.
/// </summary>
internal static class NodeCommand
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The command as the command line knows it.</summary>
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The node id: 1 to 64 of a-z, 0-9 and -, such as esp32- and the MAC address." };
        var name = new Option<string?>("--name") { Description = "What people call it until its owner gives another name." };
        var serial = new Option<string?>("--serial") { Description = "The serial number on the sticker; left out: the node id." };
        var host = new Option<string>("--host") { Description = "The gateway's name as the node finds it.", DefaultValueFactory = _ => "edge.local" };
        var config = new Option<string?>("--config") { Description = "The gateway's configuration file." };
        var add = new Command("add", "Adds a node to the factory manifest and prints its settings.json, which holds its secret.") { id, name, serial, host, config };
        add.SetAction((parsed, cancel) => AddAsync(
            new(parsed.GetValue(id)!, parsed.GetValue(name), parsed.GetValue(serial), parsed.GetValue(host)!), parsed.GetValue(config), cancel));
        return new Command("node", "Nodes before they are flashed.") { add };
    }

    private static async Task<int> AddAsync(NewNode node, string? file, CancellationToken cancel)
    {
        if (!NodeId.IsValid(node.Id))
        {
            await Console.Error.WriteLineAsync($"'{node.Id}' is no node id: give 1 to {NodeId.MaxLength} of a-z, 0-9 and -.");
            return ExitCode.WrongConfiguration;
        }

        var configuration = GatewayConfiguration.Load(file, new Dictionary<string, string?>
        {
            ["listeners:takenPort"] = "next", // nothing listens here; a gateway elsewhere may hold the ports
            ["gateway:logLevel"] = nameof(LogLevel.Warning),
        });
        await using var host = GatewayHost.Build(configuration);
        var manifest = host.Services.GetRequiredService<IDeviceSecrets>();
        if (await manifest.FindAsync(node.Id, cancel) is not null)
        {
            await Console.Error.WriteLineAsync($"{node.Id} is in the factory manifest already: flash it with the settings it got then, or give another id.");
            return ExitCode.Failed;
        }

        var made = FactoryDevice.Make(node.Id) with { Name = node.Name };
        await manifest.AddAsync(made, cancel);
        Console.Out.WriteLine(JsonSerializer.Serialize(
            new { node = node.Id, secret = Convert.ToBase64String(made.Secret), serialNumber = node.Serial ?? node.Id, host = node.Host, ssid = "", wifiPassword = "" }, Indented));
        await Console.Error.WriteLineAsync("Fill in the Wi-Fi and write this to the node as settings.json, with the gateway's ca.pem beside it; then delete it here.");
        await Console.Error.WriteLineAsync("The sticker with its claim is in the portal (Nodes, Stickers) once the node's button has been pressed.");
        return ExitCode.Ok;
    }

    private sealed record NewNode(string Id, string? Name, string? Serial, string Host);
}
