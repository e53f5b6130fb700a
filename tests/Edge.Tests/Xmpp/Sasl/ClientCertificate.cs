using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Edge.TestKit;
using Edge.Transport.Tls;

using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Xmpp.Sasl;

/// <summary>A client's certificate, of a CA that a listener trusts: itself.</summary>
internal sealed class ClientCertificate : IDisposable
{
    private readonly TempFolder _folder = new();

    private ClientCertificate(X509Certificate2 certificate)
    {
        Certificate = certificate;
        File.WriteAllText(Path.Combine(_folder.Path, "clients.pem"), certificate.ExportCertificatePem());
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>What makes a listener ask for it.</summary>
    public ClientCertificates Authority => new(ClientCertificateDemand.Optional, Path.Combine(_folder.Path, "clients.pem"), TimeProvider.System, NullLogger.Instance);

    /// <summary>With XMPP addresses (RFC 6120 §13.7.1.4), mail addresses, and a common name.</summary>
    public static ClientCertificate With(string commonName = "meter", string[]? xmpp = null, string[]? mails = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        if (xmpp is not null || mails is not null) request.CertificateExtensions.Add(new X509Extension("2.5.29.17", Names(xmpp ?? [], mails ?? []), critical: false));
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return new(X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pfx), null));
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _folder.Dispose();
    }

    private static byte[] Names(string[] xmpp, string[] mails)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var mail in mails) writer.WriteCharacterString(UniversalTagNumber.IA5String, mail, new Asn1Tag(TagClass.ContextSpecific, 1));
            foreach (var address in xmpp)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteObjectIdentifier("1.3.6.1.5.5.7.8.5");
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) writer.WriteCharacterString(UniversalTagNumber.UTF8String, address);
                }
            }
        }

        return writer.Encode();
    }
}
