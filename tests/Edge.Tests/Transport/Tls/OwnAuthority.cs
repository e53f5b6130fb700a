using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

using Edge.TestKit;
using Edge.Transport.Tls;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Edge.Tests.Transport.Tls;

/// <summary>The certificates that the gateway makes itself, in a folder of one test's own, and clients that trust them and no others.</summary>
internal sealed class OwnAuthority : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LocalCertificates _certificates;

    public OwnAuthority() => _certificates = new(
        Options.Create(new LocalCertificateOptions { Folder = _folder.Path }), TimeProvider.System, NullLogger<LocalCertificates>.Instance);

    public SslServerAuthenticationOptions ServerOptions() => _certificates.ServerOptions();

    public SslClientAuthenticationOptions Trusting(string host, SslProtocols protocol = SslProtocols.None)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(_certificates.AuthorityFile!);
        return new() { TargetHost = host, CertificateChainPolicy = policy, EnabledSslProtocols = protocol };
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }
}
