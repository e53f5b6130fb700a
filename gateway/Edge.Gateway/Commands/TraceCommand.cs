using System.CommandLine;
using System.Net.Http.Json;

using Edge.Gateway.Control;

namespace Edge.Gateway.Commands;

/// <summary><c>trace</c>: writes down what passes between the gateway and one account's XMPP clients.</summary>
internal static class TraceCommand
{
    private const int DefaultMinutes = 10;

    /// <summary>The command as the command line knows it.</summary>
    public static Command Create()
    {
        var account = new Argument<string>("account") { Description = "The account, such as juliet." };
        var minutes = new Option<int>("--minutes") { Description = "For how long.", DefaultValueFactory = _ => DefaultMinutes };
        var stop = new Option<bool>("--stop") { Description = "End a trace early." };
        var config = ControlAnswers.ConfigOption();
        var command = new Command("trace", "Writes what an account's XMPP clients send and get to a file that only you can read, without secrets. The gateway must run.")
        {
            account, minutes, stop, config,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            using var gateway = ControlClient.For(parsed.GetValue(config));
            var wish = new TraceWish(parsed.GetValue(account)!, parsed.GetValue(stop) ? null : parsed.GetValue(minutes));
            using var answer = await gateway.PostAsync("traces", wish, cancel);
            if (!answer.IsSuccessStatusCode) return await ControlAnswers.RefusedAsync(answer, cancel);

            var given = (await answer.Content.ReadFromJsonAsync<TraceGiven>(cancel))!;
            if (given.File is null) return ExitCode.Ok;

            Console.Out.WriteLine(given.File);
            await Console.Error.WriteLineAsync($"It grows until {given.Until:u}. It holds what people say to each other: delete it when you have read it.");
            return ExitCode.Ok;
        });
        return command;
    }
}
