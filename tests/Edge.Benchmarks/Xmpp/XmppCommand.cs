using System.CommandLine;

using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Xmpp.Modes;
using Edge.Benchmarks.Xmpp.Servers;

namespace Edge.Benchmarks.Xmpp;

/// <summary><c>xmpp</c>: our gateway, Prosody and ejabberd in turn under the same load.</summary>
internal static class XmppCommand
{
    private static readonly IReadOnlyList<IXmppMode> AllModes = [new MessageMode(), new PacedMessageMode(), new PingMode(), new LoginMode(), new IdleSessionMode()];

    /// <summary>The command as the command line knows it.</summary>
    public static Command Create()
    {
        var modes = new Option<string>("--modes") { Description = "Which loads, with commas.", DefaultValueFactory = _ => string.Join(',', AllModes.Select(m => m.Name)) };
        var server = new Option<string>("--server") { Description = "Which servers, with commas: ours (the gateway), prosody, ejabberd.", DefaultValueFactory = _ => "ours,prosody,ejabberd" };
        var link = new Option<string>("--link") { Description = "How clients connect, with commas: plain, tls (STARTTLS).", DefaultValueFactory = _ => "plain,tls" };
        var rounds = new Option<int>("--rounds") { Description = "How often each is measured.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "How long each measurement takes.", DefaultValueFactory = _ => 3 };
        var gateway = new Option<string?>("--gateway") { Description = "The edge-gateway.dll to measure. Left out: this repository's Release build." };
        var json = new Option<string?>("--json") { Description = "A file for every value of every round." };
        var keepLogs = new Option<bool>("--keep-logs") { Description = "Leave the servers' folders and logs behind." };
        var command = new Command("xmpp", "Measures our gateway, Prosody and ejabberd in turn. Build both with -c Release.")
        {
            modes, server, link, rounds, seconds, gateway, json, keepLogs,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var servers = Words(parsed.GetValue(server)!).Select(name => Kind(name, parsed.GetValue(gateway))).ToList();
            var time = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            var links = Words(parsed.GetValue(link)!).Select(IsEncrypted).ToList();
            var trials = Words(parsed.GetValue(modes)!).Select(Mode).SelectMany(m => links.Select(l => TrialOf(m, l, servers, time))).ToList();
            var results = new Results("link");
            await new Comparison(new(trials, parsed.GetValue(rounds)) { KeepsLogs = parsed.GetValue(keepLogs) }, results, Console.Error).RunAsync();
            await Console.Out.WriteAsync(results.Table([.. servers.Select(s => s.Name)], "prosody", "ejabberd"));
            if (parsed.GetValue(json) is { } file) await File.WriteAllTextAsync(file, results.ToJson(), cancel);
        });
        return command;
    }

    private static Trial TrialOf(IXmppMode mode, bool isEncrypted, IEnumerable<IXmppServerKind> servers, TimeSpan time) => new(
        mode.Name, mode.Title, isEncrypted ? "TLS" : "plain", mode.NeedsFreshServer,
        [.. servers.Select(kind => new Contender(kind.Name, async folder =>
            new Contest(mode, isEncrypted, time, await kind.StartAsync(new(folder, mode.Accounts)))))]);

    private static IXmppServerKind Kind(string name, string? gateway) => name switch
    {
        "ours" => new XmppGatewayServer(gateway),
        "prosody" => new ProsodyServer(),
        "ejabberd" => new EjabberdServer(),
        _ => throw new ArgumentException($"--server {name}: give ours, prosody or ejabberd."),
    };

    private static bool IsEncrypted(string link) => link switch
    {
        "plain" => false,
        "tls" => true,
        _ => throw new ArgumentException($"--link {link}: give plain or tls."),
    };

    private static IXmppMode Mode(string name) =>
        AllModes.FirstOrDefault(m => m.Name == name) ?? throw new ArgumentException($"--modes {name}: give {string.Join(", ", AllModes.Select(m => m.Name))}.");

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private sealed class Contest(IXmppMode mode, bool isEncrypted, TimeSpan time, ServerProcess server) : IContest
    {
        public IReadOnlyList<Figure> Run(bool isWarm)
        {
            using var bench = new XmppBench(server, isEncrypted, time, isWarm);
            return mode.Run(bench);
        }

        public void Dispose() => server.Dispose();
    }
}
