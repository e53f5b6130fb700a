using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;
using Edge.TestKit;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Gateway;

/// <summary>A certificate that is replaced on the disk is what XMPP clients see from their next handshake on; who is connected stays so.</summary>
public sealed class XmppCertificateTests : IDisposable
{
    private const string Header = "<stream:stream to='edge.local' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    private readonly TempFolder _folder = new();
    private readonly ManualClock _clock = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_certificate_is_seen_by_the_next_handshake_with_STARTTLS_and_with_direct_TLS()
    {
        Replace("first.example.org");
        await using var host = await StartAsync();
        await using var before = await StartTlsAsync(host.Endpoints.Xmpp);
        Assert.Equal("CN=first.example.org", before.RemoteCertificate!.Subject);
        await using (var direct = await DirectTlsAsync(host.Endpoints.Xmpps)) Assert.Equal("CN=first.example.org", direct.RemoteCertificate!.Subject);

        Replace("second.example.org");
        File.SetLastWriteTimeUtc(_folder.File("cert.pem"), new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _clock.Advance(TimeSpan.FromSeconds(61));

        await using (var after = await StartTlsAsync(host.Endpoints.Xmpp)) Assert.Equal("CN=second.example.org", after.RemoteCertificate!.Subject);
        await using (var direct = await DirectTlsAsync(host.Endpoints.Xmpps)) Assert.Equal("CN=second.example.org", direct.RemoteCertificate!.Subject);
        await host.StopAsync(Cancel);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<SslStream> DirectTlsAsync(int port) => await SecureAsync(await ConnectAsync(port));

    private static async Task<SslStream> StartTlsAsync(int port)
    {
        var stream = await ConnectAsync(port);
        await WriteAsync(stream, Header);
        await ReadUntilAsync(stream, "</stream:features>");
        await WriteAsync(stream, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        await ReadUntilAsync(stream, "<proceed");
        await ReadUntilAsync(stream, "/>");
        var tls = await SecureAsync(stream);
        await WriteAsync(tls, Header);
        await ReadUntilAsync(tls, "</stream:features>");
        return tls;
    }

    private static async Task<Stream> ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), Cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task<SslStream> SecureAsync(Stream stream)
    {
        var tls = new SslStream(stream, false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "edge.local" }, Cancel);
        return tls;
    }

    private static Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), Cancel).AsTask();

    private static async Task ReadUntilAsync(Stream stream, string end)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, Cancel);
            text.Append((char)one[0]);
        }
    }

    private void Replace(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(10));
        File.WriteAllText(_folder.File("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private async Task<GatewayHost> StartAsync()
    {
        var file = _folder.File("gateway.yaml");
        await File.WriteAllTextAsync(file, "", Cancel);
        var host = GatewayHost.Build(GatewayConfiguration.Load(file, new Dictionary<string, string?>
        {
            ["gateway:dataFolder"] = _folder.File("data"),
            ["gateway:logLevel"] = "error",
            ["storage:driver"] = "memory",
            ["tls:certificateFile"] = _folder.File("cert.pem"),
            ["tls:keyFile"] = _folder.File("key.pem"),
            ["listeners:mqtts:enabled"] = "false",
            ["listeners:mqtt:enabled"] = "false",
            ["listeners:https:enabled"] = "false",
            ["listeners:xmpp:address"] = "localhost",
            ["listeners:xmpp:port"] = "0",
            ["listeners:xmpps:enabled"] = "true",
            ["listeners:xmpps:address"] = "localhost",
            ["listeners:xmpps:port"] = "0",
        }), services => services.AddSingleton<TimeProvider>(_clock));
        await host.StartAsync(Cancel);
        return host;
    }
}
