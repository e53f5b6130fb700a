using Edge.Benchmarks.Compare;

namespace Edge.Benchmarks.Xmpp.Servers;

/// <summary>ejabberd, alone (no Erlang node), with the modules that match what the gateway serves, without limits of rate.</summary>
internal sealed class EjabberdServer : IXmppServerKind
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public string Name => "ejabberd";

    /// <inheritdoc/>
    public async Task<ServerProcess> StartAsync(XmppPlan plan)
    {
        var port = ServerProcess.FreePort();
        await File.WriteAllTextAsync(plan.File("ejabberd.yml"), Configuration(plan, port));
        var server = ServerProcess.Start(
        [
            "/usr/bin/env", $"HOME={plan.Folder}", $"EJABBERD_CONFIG_PATH={plan.File("ejabberd.yml")}", $"EJABBERD_LOG_PATH={plan.File("ejabberd.log")}",
            "erl", "-noinput", "+P", "250000", "-pa", Code(), "-mnesia", "dir", $"\"{plan.File("db")}\"", "-s", "ejabberd", "-eval", Accounts(plan),
        ], port, plan.Log);
        try
        {
            for (var left = StartsWithin; !File.Exists(plan.File("ready")); left -= TimeSpan.FromSeconds(0.1))
            {
                server.Rest(TimeSpan.FromSeconds(0.1));
                if (left < TimeSpan.Zero) throw new IOException("ejabberd made no accounts.");
            }

            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private static string Code() => Path.Combine(
        Directory.GetDirectories("/usr/lib", "ejabberd-*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })[0], "ebin");

    // Straight into its table: its own commands would compute PBKDF2 for each.
    private static string Accounts(XmppPlan plan) =>
        $$"""
        lists:foreach(fun(I) -> ok = mnesia:dirty_write(passwd, {passwd, {<<"u", (integer_to_binary(I))/binary>>, <<"{{XmppPlan.Domain}}">>},
        {scram, <<"{{Convert.ToBase64String(ScramRecord.StoredKey)}}">>, <<"{{Convert.ToBase64String(ScramRecord.ServerKey)}}">>,
        <<"{{ScramRecord.Salt}}">>, sha, {{XmppPlan.Iterations}} } }) end, lists:seq(0, {{plan.AccountCount - 1}})), file:write_file("{{plan.File("ready")}}", "").
        """.ReplaceLineEndings(" ");

    private static string Configuration(XmppPlan plan, int port) =>
        $$"""
        hosts: [{{XmppPlan.Domain}}]
        loglevel: warning
        certfiles: ["{{ServerCertificate.Write(plan).Both}}"]
        auth_method: [internal]
        auth_password_format: scram
        listen:
          - port: {{port}}
            ip: "127.0.0.1"
            module: ejabberd_c2s
            max_stanza_size: 262144
            backlog: 512
            starttls: true
        modules:
          mod_blocking: {}
          mod_carboncopy: {}
          mod_client_state: {}
          mod_disco: {}
          mod_offline: {}
          mod_ping: {}
          mod_privacy: {}
          mod_private: {}
          mod_roster: { versioning: true }
          mod_stream_mgmt: {}
          mod_time: {}
          mod_vcard: {}
          mod_version: {}

        """;
}
