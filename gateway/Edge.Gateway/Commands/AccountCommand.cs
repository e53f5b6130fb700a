using System.CommandLine;
using System.Net.Http.Json;
using System.Security.Cryptography;

using Edge.Gateway.Control;
using Edge.Identity.Accounts;

namespace Edge.Gateway.Commands;

/// <summary><c>account list|add|password|roles|disable|enable|delete|sessions|signout</c>: the accounts of the gateway that runs.</summary>
internal static class AccountCommand
{
    private const string PasswordAlphabet = "23456789abcdefghjkmnpqrstuvwxyz"; // without 0 o, 1 i l
    private const int GeneratedLetters = 20;

    /// <summary>The command as the command line knows it.</summary>
    public static Command Create() => new("account", "Accounts: one identity for the portal, XMPP and MQTT. The gateway must run.")
    {
        List(), Add(), Password(), Roles(), Sessions(),
        Change("disable", "Lets an account sign in no more; its sessions end at once and its tokens are taken back."),
        Change("enable", "Lets a disabled account sign in again."),
        Change("signout", "Ends every session of an account, and takes back its tokens."),
        Change("delete", "Deletes an account with everything that is kept for it."),
    };

    private static Command List()
    {
        var config = ControlAnswers.ConfigOption();
        var command = new Command("list", "Prints every account: name, roles, state, since when, sessions.") { config };
        command.SetAction(async (parsed, cancel) =>
        {
            using var gateway = ControlClient.For(parsed.GetValue(config));
            using var answer = await gateway.GetAsync("accounts", cancel);
            if (!answer.IsSuccessStatusCode) return await ControlAnswers.RefusedAsync(answer, cancel);

            foreach (var account in (await answer.Content.ReadFromJsonAsync<List<AccountLine>>(cancel))!)
                Row.Write(account.Name, string.Join(',', account.Roles), account.State, $"{account.CreatedAt:u}", $"{account.Sessions}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Sessions()
    {
        var (name, config) = (NameArgument(), ControlAnswers.ConfigOption());
        var command = new Command("sessions", "Prints where an account is signed in: kind, identifier, client, address, since when.") { name, config };
        command.SetAction(async (parsed, cancel) =>
        {
            using var gateway = ControlClient.For(parsed.GetValue(config));
            using var answer = await gateway.GetAsync($"accounts/{Uri.EscapeDataString(parsed.GetValue(name)!)}/sessions", cancel);
            if (!answer.IsSuccessStatusCode) return await ControlAnswers.RefusedAsync(answer, cancel);

            foreach (var session in (await answer.Content.ReadFromJsonAsync<List<AccountSession>>(cancel))!)
                Row.Write(session.Kind, session.Id, session.Client, session.Address, $"{session.Since:u}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Add()
    {
        var (name, role, generate, config) = (NameArgument(), RoleOption(), GenerateOption(), ControlAnswers.ConfigOption());
        var command = new Command("add", "Makes an account; its password is read from the standard input.") { name, role, generate, config };
        command.SetAction((parsed, cancel) => WithPasswordAsync(
            "accounts", new(parsed.GetValue(name)!, Roles: parsed.GetValue(role) ?? []), parsed.GetValue(generate), parsed.GetValue(config), cancel));
        return command;
    }

    private static Command Password()
    {
        var (name, generate, config) = (NameArgument(), GenerateOption(), ControlAnswers.ConfigOption());
        var command = new Command("password", "Sets another password, read from the standard input; what rests on the old one ends.") { name, generate, config };
        command.SetAction((parsed, cancel) => WithPasswordAsync("accounts/password", new(parsed.GetValue(name)!), parsed.GetValue(generate), parsed.GetValue(config), cancel));
        return command;
    }

    private static Command Roles()
    {
        var (name, role, config) = (NameArgument(), RoleOption(), ControlAnswers.ConfigOption());
        var command = new Command("roles", "Gives an account other roles than it has; without any, none.") { name, role, config };
        command.SetAction((parsed, cancel) => ControlAnswers.PostAsync("accounts/roles", new AccountWish(parsed.GetValue(name)!, Roles: parsed.GetValue(role) ?? []), parsed.GetValue(config), cancel));
        return command;
    }

    private static Command Change(string word, string description)
    {
        var (name, config) = (NameArgument(), ControlAnswers.ConfigOption());
        var command = new Command(word, description) { name, config };
        command.SetAction((parsed, cancel) => ControlAnswers.PostAsync("accounts/" + word, new AccountWish(parsed.GetValue(name)!), parsed.GetValue(config), cancel));
        return command;
    }

    private static async Task<int> WithPasswordAsync(string path, AccountWish wish, bool isGenerated, string? config, CancellationToken cancel)
    {
        if (!isGenerated && !Console.IsInputRedirected) await Console.Error.WriteAsync("Password: ");
        var password = isGenerated ? RandomNumberGenerator.GetString(PasswordAlphabet, GeneratedLetters) : await Console.In.ReadLineAsync(cancel) ?? "";
        var done = await ControlAnswers.PostAsync(path, wish with { Password = password }, config, cancel);
        if (isGenerated && done == ExitCode.Ok) Console.Out.WriteLine(password);
        return done;
    }

    private static Argument<string> NameArgument() => new("name") { Description = "The account, such as juliet or juliet@edge.local." };

    private static Option<string[]> RoleOption() => new("--role") { Description = "operator, owner, device or service; may be given several times.", AllowMultipleArgumentsPerToken = false };

    private static Option<bool> GenerateOption() => new("--generate") { Description = "Makes a password and prints it." };
}
