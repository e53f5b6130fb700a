using System.CommandLine;
using System.Net.Http.Json;

using Edge.Gateway.Control;
using Edge.Identity.Pending;

namespace Edge.Gateway.Commands;

/// <summary><c>pending list</c>, <c>pending allow</c>, <c>pending deny</c>: devices that nobody knows and that asked to be let in.</summary>
internal static class PendingCommand
{
    private const int DefaultSeconds = 30 * 24 * 3600;

    /// <summary>The command as the command line knows it.</summary>
    public static Command Create() => new("pending", "Unknown devices that were refused: see them, let them in, or refuse them for good. The gateway must run.") { List(), Allow(), Deny() };

    private static Command List()
    {
        var config = ControlAnswers.ConfigOption();
        var command = new Command("list", "Prints who waits: client identifier, address, how often, last seen, what it tried.") { config };
        command.SetAction(async (parsed, cancel) =>
        {
            using var gateway = ControlClient.For(parsed.GetValue(config));
            using var answer = await gateway.GetAsync("pending", cancel);
            if (!answer.IsSuccessStatusCode) return await ControlAnswers.RefusedAsync(answer, cancel);

            var lists = (await answer.Content.ReadFromJsonAsync<PendingLists>(cancel))!;
            foreach (var device in lists.Waiting)
                Row.Write(device.ClientId, device.Address, Kind(device), $"{device.Count}x", $"{device.LastSeen:u}", $"{device.Tried}");
            foreach (var device in lists.Denied) Row.Write(device.ClientId, device.Address, "denied", "", $"{device.At:u}", "");
            if (lists.Waiting.Count == 0) await Console.Error.WriteLineAsync("Nobody waits.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Allow()
    {
        var (client, address, config) = (ClientArgument(), AddressOption(), ControlAnswers.ConfigOption());
        var scope = new Option<string[]>("--scope") { Description = "For a client: what it may do, such as \"rw home/#\"; may be given several times." };
        var seconds = new Option<int>("--seconds") { Description = "For a client: how long its token lives.", DefaultValueFactory = _ => DefaultSeconds };
        var secret = new Option<string?>("--secret") { Description = "For a node: the secret of its settings.json; left out: a new one is made and printed." };
        var command = new Command("allow", "Lets a device in: prints a client's token, or puts a node into the factory manifest.") { client, address, scope, seconds, secret, config };
        command.SetAction(async (parsed, cancel) =>
        {
            using var gateway = ControlClient.For(parsed.GetValue(config));
            using var answer = await gateway.PostAsync("pending/allow", new PendingAllowance(
                new(parsed.GetValue(client)!, parsed.GetValue(address)), ControlAnswers.Lines(parsed.GetValue(scope)), parsed.GetValue(seconds), parsed.GetValue(secret)), cancel);
            if (!answer.IsSuccessStatusCode) return await ControlAnswers.RefusedAsync(answer, cancel);

            await TellAsync((await answer.Content.ReadFromJsonAsync<PendingAllowed>(cancel))!, parsed.GetValue(client)!);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Deny()
    {
        var (client, address, config) = (ClientArgument(), AddressOption(), ControlAnswers.ConfigOption());
        var undo = new Option<bool>("--undo") { Description = "Take a denial back." };
        var command = new Command("deny", "Refuses a device from now on without asking anybody.") { client, address, undo, config };
        command.SetAction(async (parsed, cancel) =>
        {
            using var gateway = ControlClient.For(parsed.GetValue(config));
            var path = parsed.GetValue(undo) ? "pending/forgive" : "pending/deny";
            using var answer = await gateway.PostAsync(path, new PendingName(parsed.GetValue(client)!, parsed.GetValue(address)), cancel);
            return answer.IsSuccessStatusCode ? ExitCode.Ok : await ControlAnswers.RefusedAsync(answer, cancel);
        });
        return command;
    }

    private static async Task TellAsync(PendingAllowed allowed, string client)
    {
        if (allowed.Token is { } token)
        {
            Console.Out.WriteLine(token);
            await Console.Error.WriteLineAsync($"Good until {allowed.ExpiresAt:u}, as the client's password. Take it back with: edge-gateway token revoke {client}");
        }
        else if (allowed.NodeSecret is { } secret)
        {
            Console.Out.WriteLine(secret);
            await Console.Error.WriteLineAsync("This is the node's secret: write it into its settings.json. It is asked to trust this gateway when it comes again.");
        }
        else await Console.Error.WriteLineAsync("The node is asked to trust this gateway when it comes again: press its button then.");
    }

    private static string Kind(PendingDevice device) => device.Kind == PendingKind.Node ? "node" : "client";

    private static Argument<string> ClientArgument() => new("client") { Description = "What it calls itself, as 'pending list' shows it." };

    private static Option<string?> AddressOption() => new("--address") { Description = "Where it comes from, where several call themselves so." };
}
