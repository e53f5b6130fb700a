using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;
using Edge.Transport.Tls;
using Edge.Xmpp;
using Edge.Xmpp.Sessions;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Xmpp.Sessions;

public sealed class TlsFactsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LocalCertificates _certificates;
    private readonly X509Certificate2 _client;

    public TlsFactsTests()
    {
        _certificates = new(
            Options.Create(new LocalCertificateOptions { Folder = _folder.Path }), TimeProvider.System, NullLogger<LocalCertificates>.Instance);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=meter", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        _client = X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pfx), null);
        File.WriteAllText(Path.Combine(_folder.Path, "clients.pem"), _client.ExportCertificatePem());
    }

    [Fact]
    public async Task An_upgraded_stream_knows_the_certificate_of_the_client_and_its_bindings()
    {
        await using var stream = await UpgradeAsync(_client);

        Assert.Equal(_client.RawData, stream.Tls!.ClientCertificate!.RawData);
        Assert.Equal(SHA256.HashData(_certificates.Server.RawData), stream.Tls.Binding("tls-server-end-point"));
        Assert.Equal(OperatingSystem.IsLinux() ? ["tls-exporter", "tls-server-end-point"] : ["tls-server-end-point"], stream.Tls.BindingTypes);
        Assert.False(stream.CanUpgrade);
    }

    [Fact]
    public async Task Who_shows_no_certificate_is_let_in_without()
    {
        await using var stream = await UpgradeAsync(null);
        Assert.Null(stream.Tls!.ClientCertificate);
    }

    [Fact]
    public void TLS_that_each_request_has_for_itself_binds_nothing()
    {
        Assert.Empty(TlsFacts.Unbound().BindingTypes);
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    private async Task<TcpStream> UpgradeAsync(X509Certificate2? certificate)
    {
        var pipes = new PipePair();
        var stream = new TcpStream(pipes.Server, new StreamSetting(new XmppOptions(), "edge.local", TimeProvider.System));
        Assert.True(stream.CanUpgrade);
        var handshake = _certificates.ServerOptions();
        new ClientCertificates(
            ClientCertificateDemand.Optional, Path.Combine(_folder.Path, "clients.pem"), TimeProvider.System, NullLogger.Instance).Apply(handshake, null);
        var upgrading = stream.UpgradeAsync(handshake, CancellationToken.None).AsTask();
        var proceed = await pipes.Client.Input.ReadAtLeastAsync("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".Length);
        pipes.Client.Input.AdvanceTo(proceed.Buffer.End);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(_certificates.AuthorityFile!);
        var client = new SslClientAuthenticationOptions { TargetHost = "edge.local", CertificateChainPolicy = policy };
        if (certificate is not null) client.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        await StreamUpgrade.AsClientAsync(pipes.Client, client);
        await upgrading;
        return stream;
    }
}
