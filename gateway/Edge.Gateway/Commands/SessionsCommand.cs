using System.CommandLine;
using System.Net.Http.Json;

using Edge.Gateway.Control;
using Edge.Xmpp;

namespace Edge.Gateway.Commands;

/// <summary><c>sessions list</c>, <c>sessions end</c>: who is online over XMPP.</summary>
internal static class SessionsCommand
{
    /// <summary>The command as the command line knows it.</summary>
    public static Command Create() => new("sessions", "Who is online over XMPP: see them, end them. The gateway must run.") { List(), End() };

    private static Command List()
    {
        var (account, config) = (new Option<string?>("--account") { Description = "Only this account's, such as juliet." }, ControlAnswers.ConfigOption());
        var command = new Command("list", "Prints a line each: address, from where, listener, TLS, state, since, stanzas in and out, bytes in and out, bytes that wait.")
        {
            account, config,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            using var gateway = ControlClient.For(parsed.GetValue(config));
            var query = parsed.GetValue(account) is { } name ? "?account=" + Uri.EscapeDataString(name) : "";
            using var answer = await gateway.GetAsync("sessions" + query, cancel);
            if (!answer.IsSuccessStatusCode) return await ControlAnswers.RefusedAsync(answer, cancel);

            var sessions = (await answer.Content.ReadFromJsonAsync<List<XmppSessionFacts>>(cancel))!;
            foreach (var s in sessions)
            {
                Row.Write(
                    s.Address, s.Remote, s.Carrier, s.Tls, s.State, $"{s.Since:u}", $"{s.StanzasIn}", $"{s.StanzasOut}", $"{s.BytesIn}", $"{s.BytesOut}", $"{s.BytesWaiting}");
            }

            if (sessions.Count == 0) await Console.Error.WriteLineAsync("Nobody is online.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command End()
    {
        var (address, config) = (new Argument<string>("address") { Description = "The full address, as 'sessions list' shows it." }, ControlAnswers.ConfigOption());
        var command = new Command("end", "Ends a session. Its client may sign in again: disable the account to keep it out.") { address, config };
        command.SetAction((parsed, cancel) => ControlAnswers.PostAsync("sessions/end", new SessionName(parsed.GetValue(address)!), parsed.GetValue(config), cancel));
        return command;
    }
}
