using Edge.Conformance.Mqtt;
using Edge.TestKit;

namespace Edge.Conformance.Xmpp.Servers;

/// <summary>ejabberd, alone (no Erlang node, so no epmd).</summary>
internal sealed class EjabberdServer : IPeerServer
{
    private readonly TempFolder _folder = new();
    private readonly PeerCertificate _certificate;
    private readonly PeerServerSetup _setup;
    private PeerProcess? _process;

    private EjabberdServer(PeerServerSetup setup)
    {
        (_certificate, _setup) = (new(_folder), setup);
        File.WriteAllText(_folder.File("ejabberd.yml"), Configuration());
    }

    public int Port { get; } = Bridged.FreePort();

    public int ComponentPort { get; } = Bridged.FreePort();

    public string AuthorityFile => _certificate.ChainFile;

    public static async Task<EjabberdServer> RunAsync(PeerServerSetup setup)
    {
        Peer.Require("ejabberdctl");
        var server = new EjabberdServer(setup);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        var code = Directory.GetDirectories("/usr/lib", "ejabberd-*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })[0];
        var ready = _folder.File("ready");
        File.Delete(ready);
        _process = PeerProcess.Start("/usr/bin/env",
        [
            $"HOME={_folder.Path}", $"EJABBERD_CONFIG_PATH={_folder.File("ejabberd.yml")}", $"EJABBERD_LOG_PATH={_folder.File("ejabberd.log")}",
            Peer.Require("erl"), "-noinput", "-pa", Path.Combine(code, "ebin"), "-mnesia", "dir", $"\"{_folder.File("db")}\"", "-s", "ejabberd",
            "-eval", string.Join(", ", _setup.Accounts.Select(Register).Append($"file:write_file(\"{ready}\", \"\").")),
        ]);
        await Eventually.HoldsAsync(() => File.Exists(ready), 60);
        await Bridged.AnswersAsync(Port);
        await Bridged.AnswersAsync(ComponentPort);
    }

    public Task StopAsync() => _process!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static string Register(string account) =>
        $"ejabberd_auth:try_register(<<\"{account}\">>, <<\"{XmppGateway.Domain}\">>, <<\"{PeerServerSetup.PasswordOf(account)}\">>)";

    private string Configuration() =>
        $$"""
        hosts: [{{XmppGateway.Domain}}]
        loglevel: warning
        certfiles: ["{{_certificate.BothFile}}"]
        auth_method: [internal]
        auth_password_format: scram
        listen:
          - port: {{Port}}
            ip: "127.0.0.1"
            module: ejabberd_c2s
            starttls: true
          - port: {{ComponentPort}}
            ip: "127.0.0.1"
            module: ejabberd_service
            hosts:
        {{string.Join('\n', _setup.Components.Select(c => $"      {c}: {{ password: \"{PeerServerSetup.ComponentSecret}\" }}"))}}
        modules:
          mod_blocking: {}
          mod_caps: {}
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
