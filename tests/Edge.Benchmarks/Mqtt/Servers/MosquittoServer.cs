using System.Diagnostics;
using System.Text;

using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Load;
using Edge.Identity.Tokens;

namespace Edge.Benchmarks.Mqtt.Servers;

/// <summary>Mosquitto with a password and an ACL for each client, without Nagle's delay, and with queues that lose nothing.</summary>
internal sealed class MosquittoServer : IServerKind
{
    /// <inheritdoc/>
    public string Name => "mosquitto";

    /// <inheritdoc/>
    public async Task<RunningServer> StartAsync(ServerPlan plan)
    {
        var port = ServerProcess.FreePort();
        Login[] logins = [.. plan.Clients.Select(c => new Login(c.Id, c.Id, "secret-" + c.Id))];
        var passwords = Path.Combine(plan.Folder, "passwords");
        await File.WriteAllLinesAsync(passwords, logins.Select(l => $"{l.User}:{l.Password}"));
        await RunAsync("mosquitto_passwd", "-U", passwords);

        var acl = Path.Combine(plan.Folder, "acl");
        await File.WriteAllTextAsync(acl, Acl(plan.Clients));
        var configuration = Path.Combine(plan.Folder, "mosquitto.conf");
        await File.WriteAllTextAsync(configuration, Configuration(plan, port, passwords, acl));
        return new(ServerProcess.Start(["mosquitto", "-c", configuration], port, plan.Log), logins);
    }

    // As root it would change to a user who may not read the folder.
    private static string Configuration(ServerPlan plan, int port, string passwords, string acl) =>
        $"""
        listener {port} 127.0.0.1
        allow_anonymous false
        password_file {passwords}
        acl_file {acl}
        set_tcp_nodelay true
        max_connections -1
        max_queued_messages 0
        max_inflight_messages 32
        persistence {(plan.IsDurable ? "true" : "false")}
        persistence_location {plan.Folder}/
        log_dest stderr
        log_type error
        log_type warning
        {(Libc.EffectiveUser() == 0 ? "user root" : "")}

        """;

    private static string Acl(IReadOnlyList<Client> clients)
    {
        var text = new StringBuilder();
        foreach (var client in clients)
        {
            text.Append("user ").Append(client.Id).Append('\n');
            foreach (var scope in client.Scopes)
                text.Append("topic ").Append(Word(scope.Access)).Append(' ').Append(scope.Filter).Append('\n');
        }

        return text.ToString();
    }

    private static string Word(TopicAccess access) => access switch
    {
        TopicAccess.Read => "read",
        TopicAccess.Write => "write",
        _ => "readwrite",
    };

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new IOException($"{program} ended with code {process.ExitCode}.");
    }
}
