using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Edge.Transport.Tls;

/// <summary>What binds a log-in to the TLS connection that it came on (RFC 5056), so that nobody in between can pass it on.</summary>
public static class ChannelBinding
{
    /// <summary>RFC 5929 §4: the hash of the server's certificate.</summary>
    public const string ServerEndPoint = "tls-server-end-point";

    /// <summary>RFC 9266: keying material of the connection itself.</summary>
    public const string Exporter = "tls-exporter";

    /// <summary>RFC 5929 §3: the first Finished message. Not among <see cref="Types"/>: it is not defined for TLS 1.3, and nobody should choose it; there are clients that
    /// know no other, and take it there, too.</summary>
    public const string Unique = "tls-unique";

    private const string PssPadding = "1.2.840.113549.1.1.10";

    /// <summary>The types that there may be data for, the stronger first.</summary>
    public static IReadOnlyList<string> Types { get; } = [Exporter, ServerEndPoint];

    /// <summary>The data of one type, the same on both sides of a connection.</summary>
    /// <returns>Null where this connection, or this platform, has none.</returns>
    public static byte[]? Of(SslStream stream, string type) => type switch
    {
        ServerEndPoint => (stream.IsServer ? stream.LocalCertificate : stream.RemoteCertificate) is X509Certificate2 certificate ? OfCertificate(certificate) : null,
        // Before TLS 1.3, renegotiation and the missing extended master secret would have to be ruled out first (RFC 9266 §4.2).
        Exporter => stream.SslProtocol == SslProtocols.Tls13 ? TlsExporter.TryExport(stream, "EXPORTER-Channel-Binding"u8, 32) : null,
        Unique => OfFinished(stream),
        _ => null,
    };

    /// <summary>The hash of a certificate, by the hash function of its signature, or SHA-256 where that is MD5 or SHA-1 (RFC 5929 §4.1).</summary>
    /// <returns>Null where the signature has no hash function, or an unknown one.</returns>
    public static byte[]? OfCertificate(X509Certificate2 certificate)
    {
        var bytes = certificate.RawDataMemory.Span;
        return HashOf(certificate) switch
        {
            "SHA256" => SHA256.HashData(bytes),
            "SHA384" => SHA384.HashData(bytes),
            "SHA512" => SHA512.HashData(bytes),
            _ => null,
        };
    }

    private static byte[]? OfFinished(SslStream stream)
    {
        using var binding = stream.TransportContext.GetChannelBinding(ChannelBindingKind.Unique);
        if (binding is null || binding.IsInvalid || binding.Size <= 0) return null;

        // A structure of the platform's, then the type and a colon, then the data.
        var bytes = new byte[binding.Size];
        System.Runtime.InteropServices.Marshal.Copy(binding.DangerousGetHandle(), bytes, 0, bytes.Length);
        var at = bytes.AsSpan().IndexOf("tls-unique:"u8);
        return at >= 0 && bytes.Length > at + "tls-unique:"u8.Length ? bytes[(at + "tls-unique:"u8.Length)..] : null;
    }

    private static string? HashOf(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value switch
    {
        "1.2.840.113549.1.1.4" or "1.2.840.113549.1.1.5" or "1.2.840.10045.4.1" => "SHA256", // RSA with MD5 or SHA-1, ECDSA with SHA-1
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => "SHA256",
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => "SHA384",
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => "SHA512",
        PssPadding => PssHashOf(certificate),
        _ => null, // Ed25519 and the like: RFC 5929 does not say
    };

    // RSASSA-PSS-params ::= SEQUENCE { hashAlgorithm [0] AlgorithmIdentifier DEFAULT sha1, ... } (RFC 4055 §3.1)
    private static string? PssHashOf(X509Certificate2 certificate)
    {
        try
        {
            var sequence = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            sequence.ReadEncodedValue(); // what is signed
            var algorithm = sequence.ReadSequence();
            algorithm.ReadObjectIdentifier();
            var parameters = algorithm.ReadSequence();
            var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
            if (!parameters.HasData || !parameters.PeekTag().HasSameClassAndValue(tag)) return "SHA256";
            return parameters.ReadSequence(tag).ReadSequence().ReadObjectIdentifier() switch
            {
                "1.3.14.3.2.26" or "2.16.840.1.101.3.4.2.1" => "SHA256",
                "2.16.840.1.101.3.4.2.2" => "SHA384",
                "2.16.840.1.101.3.4.2.3" => "SHA512",
                _ => null,
            };
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
