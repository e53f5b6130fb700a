using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>ejabberd as an MQTT broker: a port and a folder of its own, alone (no Erlang node, so no epmd), stopped and started at will.</summary>
internal sealed class EjabberdBroker : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private PeerProcess? _process;

    private EjabberdBroker() => File.WriteAllText(_folder.File("ejabberd.yml"), $$"""
        hosts: [localhost]
        listen:
          - port: {{Port}}
            ip: "127.0.0.1"
            module: mod_mqtt
        auth_method: [anonymous]
        anonymous_protocol: login_anon
        allow_multiple_connections: true
        modules:
          mod_mqtt:
            access_publish: { "#": [allow: all] }
            access_subscribe: { "#": [allow: all] }
        """);

    public int Port { get; } = Bridged.FreePort();

    public static async Task<EjabberdBroker> RunAsync()
    {
        var broker = new EjabberdBroker();
        await broker.StartAsync();
        return broker;
    }

    public async Task StartAsync()
    {
        Peer.Require("ejabberdctl");
        var code = Directory.GetDirectories("/usr/lib", "ejabberd-*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })[0];
        _process = PeerProcess.Start("/usr/bin/env",
        [
            $"HOME={_folder.Path}", $"EJABBERD_CONFIG_PATH={_folder.File("ejabberd.yml")}", $"EJABBERD_LOG_PATH={_folder.File("ejabberd.log")}",
            Peer.Require("erl"), "-noinput", "-pa", Path.Combine(code, "ebin"), "-mnesia", "dir", $"\"{_folder.File("db")}\"", "-s", "ejabberd",
        ]);
        await Bridged.AnswersAsync(Port);
    }

    /// <summary>Stops it as an operator would. What it keeps on disk are retained messages; sessions it forgets.</summary>
    public Task StopAsync() => _process!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
