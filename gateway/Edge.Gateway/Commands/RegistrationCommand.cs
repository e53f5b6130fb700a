using System.CommandLine;
using System.Net.Http.Json;

using Edge.Gateway.Control;
using Edge.Identity.Registration;

namespace Edge.Gateway.Commands;

/// <summary><c>registration keys …</c> and <c>registration requests …</c>: who may make accounts over XMPP by a signed form (XEP-0348).</summary>
internal static class RegistrationCommand
{
    private const int DefaultQuota = 10;
    private const int DefaultDays = 365;

    /// <summary>The command as the command line knows it.</summary>
    public static Command Create() => new("registration", "Keys with which programs make accounts for their devices. The gateway must run.") { Keys(), Requests() };

    private static Command Keys() => new("keys", "Makes, switches and revokes keys.")
    {
        ListKeys(), AddKey(), Switch("on", true), Switch("off", false), Revoke(),
    };

    private static Command Requests() => new("requests", "Who asks for a key.") { ListRequests(), Confirm(), Deny() };

    private static Command ListKeys()
    {
        var config = ControlAnswers.ConfigOption();
        var command = new Command("list", "Prints every key: key, who it is for, used and quota, until when, on or off.") { config };
        command.SetAction(async (parsed, cancel) =>
        {
            using var gateway = ControlClient.For(parsed.GetValue(config));
            using var answer = await gateway.GetAsync("registration/keys", cancel);
            if (!answer.IsSuccessStatusCode) return await ControlAnswers.RefusedAsync(answer, cancel);

            foreach (var key in (await answer.Content.ReadFromJsonAsync<List<RegistrationKey>>(cancel))!)
                Row.Write(key.Id, key.Label, $"{key.Used}/{key.Quota}", key.ExpiresAt is { } end ? $"{end:u}" : "for ever", key.IsEnabled ? "on" : "off");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command AddKey()
    {
        var label = new Argument<string>("label") { Description = "Who it is for, such as \"Meters of Capulet Ltd\"." };
        var (quota, days, config) = (QuotaOption(), DaysOption(), ControlAnswers.ConfigOption());
        quota.DefaultValueFactory = _ => DefaultQuota;
        var command = new Command("add", "Makes a key; prints the key and, once, its secret.") { label, quota, days, config };
        command.SetAction((parsed, cancel) => GiveAsync(
            "registration/keys", new KeyWish(parsed.GetValue(label)!, parsed.GetValue(quota) ?? DefaultQuota, parsed.GetValue(days)), parsed.GetValue(config), cancel));
        return command;
    }

    private static Command Switch(string word, bool isEnabled)
    {
        var (key, config) = (KeyArgument(), ControlAnswers.ConfigOption());
        var command = new Command(word, isEnabled ? "Lets a key make accounts again." : "Lets a key make no accounts until it is switched on.") { key, config };
        command.SetAction((parsed, cancel) => ControlAnswers.PostAsync("registration/keys/switch", new KeyName(parsed.GetValue(key)!, isEnabled), parsed.GetValue(config), cancel));
        return command;
    }

    private static Command Revoke()
    {
        var (key, config) = (KeyArgument(), ControlAnswers.ConfigOption());
        var command = new Command("revoke", "Takes a key back for good; accounts that were made with it stay.") { key, config };
        command.SetAction((parsed, cancel) => ControlAnswers.PostAsync("registration/keys/revoke", new KeyName(parsed.GetValue(key)!), parsed.GetValue(config), cancel));
        return command;
    }

    private static Command ListRequests()
    {
        var config = ControlAnswers.ConfigOption();
        var command = new Command("list", "Prints who waits: request, name, contact, accounts, address, when, what for.") { config };
        command.SetAction(async (parsed, cancel) =>
        {
            using var gateway = ControlClient.For(parsed.GetValue(config));
            using var answer = await gateway.GetAsync("registration/requests", cancel);
            if (!answer.IsSuccessStatusCode) return await ControlAnswers.RefusedAsync(answer, cancel);

            foreach (var request in (await answer.Content.ReadFromJsonAsync<List<KeyRequest>>(cancel))!)
                Row.Write(request.Id, request.Name, request.Contact, $"{request.Accounts}", request.Address, $"{request.At:u}", request.Purpose);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Confirm()
    {
        var (request, quota, days, config) = (RequestArgument(), QuotaOption(), DaysOption(), ControlAnswers.ConfigOption());
        var command = new Command("confirm", "Makes the key that was asked for; prints the key and, once, its secret.") { request, quota, days, config };
        command.SetAction((parsed, cancel) => GiveAsync(
            "registration/requests/confirm", new RequestAnswer(parsed.GetValue(request)!, parsed.GetValue(quota), parsed.GetValue(days)), parsed.GetValue(config), cancel));
        return command;
    }

    private static Command Deny()
    {
        var (request, config) = (RequestArgument(), ControlAnswers.ConfigOption());
        var command = new Command("deny", "Takes a request off the list.") { request, config };
        command.SetAction((parsed, cancel) => ControlAnswers.PostAsync("registration/requests/deny", new RequestAnswer(parsed.GetValue(request)!, null, 0), parsed.GetValue(config), cancel));
        return command;
    }

    private static async Task<int> GiveAsync<T>(string path, T wish, string? config, CancellationToken cancel)
    {
        using var gateway = ControlClient.For(config);
        using var answer = await gateway.PostAsync(path, wish, cancel);
        if (!answer.IsSuccessStatusCode) return await ControlAnswers.RefusedAsync(answer, cancel);

        var given = (await answer.Content.ReadFromJsonAsync<GivenRegistrationKey>(cancel))!;
        Console.Out.WriteLine(given.Key.Id);
        Console.Out.WriteLine(given.Secret);
        await Console.Error.WriteLineAsync($"The first line is the key, the second its secret, shown this once. It makes {given.Key.Quota} accounts. Take it back with: edge-gateway registration keys revoke {given.Key.Id}");
        return ExitCode.Ok;
    }

    private static Argument<string> KeyArgument() => new("key") { Description = "The key, as 'registration keys list' shows it." };

    private static Argument<string> RequestArgument() => new("request") { Description = "The request, as 'registration requests list' shows it." };

    private static Option<int?> QuotaOption() => new("--quota") { Description = "How many accounts it makes." };

    private static Option<int> DaysOption() => new("--days") { Description = "How many days it is good; 0: for ever.", DefaultValueFactory = _ => DefaultDays };
}
