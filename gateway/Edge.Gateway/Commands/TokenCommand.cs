using System.CommandLine;
using System.Net.Http.Json;

using Edge.Gateway.Control;

namespace Edge.Gateway.Commands;

/// <summary><c>token issue</c>, <c>token revoke</c>, <c>token scopes</c>: orders to the gateway that runs, which alone has the signing key.</summary>
internal static class TokenCommand
{
    private const int DefaultSeconds = 3600;

    /// <summary>The command as the command line knows it.</summary>
    public static Command Create() => new("token", "Access tokens: make them, take them back, change what they may do. The gateway must run.") { Issue(), Revoke(), Scopes() };

    private static Command Issue()
    {
        var subject = new Argument<string>("subject") { Description = "Whose authority it carries, such as juliet@edge.local." };
        var client = new Option<string?>("--client") { Description = "The name by which it can be taken back; left out: the subject." };
        var scope = ScopeOption("What it may do, such as \"rw home/#\"; may be given several times.");
        var seconds = new Option<int>("--seconds") { Description = "How long it lives.", DefaultValueFactory = _ => DefaultSeconds };
        var config = ControlAnswers.ConfigOption();
        var command = new Command("issue", "Prints a new access token. It is a secret: whoever has it is its subject.") { subject, client, scope, seconds, config };
        command.SetAction(async (parsed, cancel) =>
        {
            var name = parsed.GetValue(subject)!;
            using var gateway = ControlClient.For(parsed.GetValue(config));
            using var answer = await gateway.PostAsync(
                "tokens", new TokenWish(name, parsed.GetValue(client) ?? name, ControlAnswers.Lines(parsed.GetValue(scope)), parsed.GetValue(seconds)), cancel);
            if (!answer.IsSuccessStatusCode) return await ControlAnswers.RefusedAsync(answer, cancel);

            var given = await answer.Content.ReadFromJsonAsync<TokenGiven>(cancel);
            Console.Out.WriteLine(given!.Token);
            await Console.Error.WriteLineAsync($"Good until {given.ExpiresAt:u}. Take it back with: edge-gateway token revoke {parsed.GetValue(client) ?? name}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Revoke()
    {
        var client = new Argument<string>("client") { Description = "The client whose tokens are taken back, as they were issued." };
        var config = ControlAnswers.ConfigOption();
        var command = new Command("revoke", "Takes back every token of a client; its live sessions end at once.") { client, config };
        command.SetAction((parsed, cancel) => ChangeAsync("tokens/revoke", new(parsed.GetValue(client)!), parsed.GetValue(config), cancel));
        return command;
    }

    private static Command Scopes()
    {
        var client = new Argument<string>("client") { Description = "The client, as its tokens were issued." };
        var scope = ScopeOption("What its tokens may do from now on, such as \"r home/#\"; may be given several times, or not at all for nothing.");
        var config = ControlAnswers.ConfigOption();
        var command = new Command("scopes", "Changes what the tokens of a client may do that are out already; its live sessions follow at once.") { client, scope, config };
        command.SetAction((parsed, cancel) =>
            ChangeAsync("tokens/scopes", new(parsed.GetValue(client)!, ControlAnswers.Lines(parsed.GetValue(scope))), parsed.GetValue(config), cancel));
        return command;
    }

    private static Option<string[]> ScopeOption(string description) => new("--scope") { Description = description, AllowMultipleArgumentsPerToken = false };

    private static async Task<int> ChangeAsync(string path, ClientChange change, string? config, CancellationToken cancel)
    {
        using var gateway = ControlClient.For(config);
        using var answer = await gateway.PostAsync(path, change, cancel);
        return answer.IsSuccessStatusCode ? ExitCode.Ok : await ControlAnswers.RefusedAsync(answer, cancel);
    }
}
