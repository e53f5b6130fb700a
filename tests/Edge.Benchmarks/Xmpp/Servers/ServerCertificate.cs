using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Edge.Benchmarks.Xmpp.Servers;

/// <summary>The certificate of all servers: self-signed, ECDSA on P-256.</summary>
internal static class ServerCertificate
{
    private static readonly (string Chain, string Key) Pem = Make();

    /// <summary>Writes it, its key, and both in one file.</summary>
    public static (string Chain, string Key, string Both) Write(XmppPlan plan)
    {
        (string Chain, string Key, string Both) files = (plan.File("chain.pem"), plan.File("key.pem"), plan.File("both.pem"));
        File.WriteAllText(files.Chain, Pem.Chain);
        File.WriteAllText(files.Key, Pem.Key);
        File.WriteAllText(files.Both, Pem.Chain + "\n" + Pem.Key + "\n");
        return files;
    }

    private static (string Chain, string Key) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={XmppPlan.Domain}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(XmppPlan.Domain);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(80));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
