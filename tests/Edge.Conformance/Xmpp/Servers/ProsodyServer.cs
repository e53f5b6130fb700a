using Edge.Conformance.Mqtt;
using Edge.TestKit;

namespace Edge.Conformance.Xmpp.Servers;

/// <summary>Prosody with what its packages bring and the gateway can use.</summary>
internal sealed class ProsodyServer : IPeerServer
{
    private readonly TempFolder _folder = new();
    private readonly PeerCertificate _certificate;
    private PeerProcess? _process;

    private ProsodyServer(PeerServerSetup setup)
    {
        _certificate = new(_folder);
        foreach (var account in setup.Accounts) AddAccount(account);
        File.WriteAllText(_folder.File("prosody.cfg.lua"), Configuration(setup));
    }

    public int Port { get; } = Bridged.FreePort();

    public int ComponentPort { get; } = Bridged.FreePort();

    public string AuthorityFile => _certificate.ChainFile;

    public static async Task<ProsodyServer> RunAsync(PeerServerSetup setup)
    {
        Peer.Require("prosody");
        var server = new ProsodyServer(setup);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        _process = PeerProcess.Start(Peer.Require("prosody"), ["--config", _folder.File("prosody.cfg.lua"), "-F"]);
        await Bridged.AnswersAsync(Port);
        await Bridged.AnswersAsync(ComponentPort);
    }

    public Task StopAsync() => _process!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }

    // As its storage writes them; in names of files everything but letters and digits is in hex.
    private void AddAccount(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.File("data"), XmppGateway.Domain.Replace(".", "%2e", StringComparison.Ordinal), "accounts"));
        File.WriteAllText(Path.Combine(folder.FullName, name + ".dat"), $$"""return { ["password"] = "{{PeerServerSetup.PasswordOf(name)}}"; };""");
    }

    private string Configuration(PeerServerSetup setup) =>
        $$"""
        run_as_root = {{(Environment.UserName == "root" ? "true" : "false")}}
        pidfile = "{{_folder.File("prosody.pid")}}"
        data_path = "{{_folder.File("data")}}"
        plugin_paths = {}
        modules_enabled = {
          "roster", "saslauth", "tls", "disco", "ping", "version", "time", "private", "blocklist", "vcard_legacy", "carbons", "smacks", "csi", "pep"
        }
        modules_disabled = { "s2s" }
        c2s_require_encryption = false
        c2s_interfaces = { "127.0.0.1" }
        c2s_ports = { {{Port}} }
        component_interfaces = { "127.0.0.1" }
        component_ports = { {{ComponentPort}} }
        ssl = { certificate = "{{_certificate.ChainFile}}", key = "{{_certificate.KeyFile}}" }
        authentication = "internal_plain"
        log = { warn = "*console" }
        VirtualHost "{{XmppGateway.Domain}}"
        {{string.Join('\n', setup.Components.Select(c => $"Component \"{c}\"\n  component_secret = \"{PeerServerSetup.ComponentSecret}\""))}}

        """;
}
