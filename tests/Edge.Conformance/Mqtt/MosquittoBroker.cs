using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Edge.TestKit;

namespace Edge.Conformance.Mqtt;

/// <summary>Eclipse Mosquitto as the other broker: a port and a folder of its own, persistent, stopped and started at will.</summary>
internal sealed class MosquittoBroker : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _configuration;
    private PeerProcess? _process;

    private MosquittoBroker(bool tls)
    {
        (Port, IsTls) = (Bridged.FreePort(), tls);
        var lines = new List<string>
        {
            $"listener {Port} 127.0.0.1", "allow_anonymous true", "persistence true", $"persistence_location {_folder.Path}/",
            "autosave_interval 1", "autosave_on_changes true", "max_queued_messages 0", "user root",
        };
        if (tls)
        {
            WriteCertificate("server", CaFile, Path.Combine(_folder.Path, "server.key"));
            WriteCertificate("bridge", ClientCertificate, ClientKey);
            lines.AddRange([$"certfile {CaFile}", $"keyfile {_folder.File("server.key")}", $"cafile {ClientCertificate}", "require_certificate true"]);
        }

        _configuration = _folder.File("mosquitto.conf");
        File.WriteAllLines(_configuration, lines);
    }

    public int Port { get; }

    public bool IsTls { get; }

    public string CaFile => _folder.File("server.crt");

    public string ClientCertificate => _folder.File("client.crt");

    public string ClientKey => _folder.File("client.key");

    public static async Task<MosquittoBroker> RunAsync(bool tls = false)
    {
        var broker = new MosquittoBroker(tls);
        await broker.StartAsync();
        return broker;
    }

    public async Task StartAsync()
    {
        _process = PeerProcess.Start(Peer.Require("mosquitto"), ["-c", _configuration]);
        await Bridged.AnswersAsync(Port);
    }

    /// <summary>Stops it as an operator would: it writes down what it has.</summary>
    public Task StopAsync() => _process!.StopAsync();

    /// <summary>One of its clients, against it.</summary>
    public PeerProcess Client(string program, params string[] arguments) =>
        PeerProcess.Start(Peer.Require(program), ["-h", "127.0.0.1", "-p", $"{Port}", "-V", "mqttv5", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static void WriteCertificate(string name, string file, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }
}
