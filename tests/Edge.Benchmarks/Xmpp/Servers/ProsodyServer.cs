using Edge.Benchmarks.Compare;
using Edge.Benchmarks.Load;

namespace Edge.Benchmarks.Xmpp.Servers;

/// <summary>Prosody with the modules that match what the gateway serves, without limits of rate.</summary>
internal sealed class ProsodyServer : IXmppServerKind
{
    /// <inheritdoc/>
    public string Name => "prosody";

    /// <inheritdoc/>
    public async Task<ServerProcess> StartAsync(XmppPlan plan)
    {
        var port = ServerProcess.FreePort();
        await WriteAccountsAsync(plan);
        var configuration = plan.File("prosody.cfg.lua");
        await File.WriteAllTextAsync(configuration, Configuration(plan, port));
        return ServerProcess.Start(["prosody", "--config", configuration, "-F"], port, plan.Log);
    }

    private static string Configuration(XmppPlan plan, int port)
    {
        var (chain, key, _) = ServerCertificate.Write(plan);
        return $$"""
            run_as_root = {{(Libc.EffectiveUser() == 0 ? "true" : "false")}}
            pidfile = "{{plan.File("prosody.pid")}}"
            data_path = "{{plan.File("data")}}"
            plugin_paths = {}
            modules_enabled = {
              "roster", "saslauth", "tls", "disco", "ping", "version", "time", "private", "blocklist", "vcard_legacy", "carbons", "smacks", "csi"
            }
            modules_disabled = { "s2s" }
            c2s_require_encryption = false
            c2s_interfaces = { "127.0.0.1" }
            c2s_ports = { {{port}} }
            ssl = { certificate = "{{chain}}", key = "{{key}}" }
            authentication = "internal_hashed"
            log = { warn = "*console" }
            VirtualHost "{{XmppPlan.Domain}}"

            """;
    }

    // As its own storage writes them; file names have everything but letters and digits in hex.
    private static async Task WriteAccountsAsync(XmppPlan plan)
    {
        var folder = Directory.CreateDirectory(Path.Combine(plan.File("data"), XmppPlan.Domain.Replace(".", "%2e", StringComparison.Ordinal), "accounts")).FullName;
        var text = $$"""
            return {
              ["iteration_count"] = {{XmppPlan.Iterations}};
              ["salt"] = "sixteen bytes   ";
              ["stored_key"] = "{{Convert.ToHexStringLower(ScramRecord.StoredKey)}}";
              ["server_key"] = "{{Convert.ToHexStringLower(ScramRecord.ServerKey)}}";
            };

            """;
        foreach (var user in plan.Accounts) await File.WriteAllTextAsync(Path.Combine(folder, user + ".dat"), text);
    }
}
