using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Edge.TestKit;

namespace Edge.Conformance.Xmpp.Servers;

/// <summary>A self-signed certificate for the domain, in the files that servers want.</summary>
internal sealed class PeerCertificate
{
    public PeerCertificate(TempFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={XmppGateway.Domain}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(XmppGateway.Domain);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
        (ChainFile, KeyFile, BothFile) = (folder.File("chain.pem"), folder.File("key.pem"), folder.File("both.pem"));
        File.WriteAllText(ChainFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(BothFile, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    public string ChainFile { get; }

    public string KeyFile { get; }

    public string BothFile { get; }
}
