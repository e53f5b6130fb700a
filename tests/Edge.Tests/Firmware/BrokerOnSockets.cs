using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Edge.Mqtt;
using Edge.Mqtt.Client;
using Edge.Tests.Mqtt.NodeProtocol;

namespace Edge.Tests.Firmware;

/// <summary>Puts the broker of a test on a socket of the loopback, with TLS where a certificate is given.</summary>
internal sealed class BrokerOnSockets : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly BrokerHost _broker;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    public BrokerOnSockets(BrokerHost broker, X509Certificate2? certificate = null)
    {
        _broker = broker;
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>A CA's certificate, and one for localhost that it signed.</summary>
    public static (string AuthorityPem, X509Certificate2 Server) MakeCertificates()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test CA", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var authority = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        var server = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        server.CertificateExtensions.Add(names.Build());
        using var signed = server.Create(authority, now.AddDays(-1), now.AddDays(20), [1]);
        using var withKey = signed.CopyWithPrivateKey(key);
        return (authority.ExportCertificatePem(), X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(_certificate);
                    stream = tls;
                }

                await _broker.Get<MqttBroker>().ServeAsync(new StreamPipe(stream), client.Client.RemoteEndPoint, new());
            }
            catch (Exception end) when (end is IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException)
            {
                // The node went away, or did not trust the certificate: both are what tests want.
            }
        }
    }
}
