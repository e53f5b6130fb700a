using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Edge.Mqtt.Features.Authentication;

/// <summary>Finds the name in a client certificate.</summary>
internal static class CertificateNames
{
    private const int MostCharacters = 256;
    private const string CommonNameOid = "2.5.4.3";
    private const string AlternativeNamesOid = "2.5.29.17";

    /// <summary>The name, or null where there is none of that kind. A certificate with two common names has none: which would it be?</summary>
    public static string? Find(X509Certificate2 certificate, CertificateName kind)
    {
        try
        {
            var name = kind switch
            {
                CertificateName.Uri => Alternative(certificate, tag: 6),
                CertificateName.Email => Alternative(certificate, tag: 1),
                CertificateName.Dns => Alternative(certificate, tag: 2),
                _ => CommonName(certificate),
            };
            return name is { Length: > 0 and <= MostCharacters } && !name.Any(char.IsControl) ? name : null;
        }
        catch (Exception error) when (error is CryptographicException or AsnContentException)
        {
            return null;
        }
    }

    private static string? CommonName(X509Certificate2 certificate)
    {
        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameOid)
            .Select(part => part.GetSingleElementValue())
            .ToList();
        return names.Count == 1 ? names[0] : null;
    }

    // GeneralName is a choice by context-specific tag, and these three are IA5String (RFC 5280 §4.2.1.6).
    private static string? Alternative(X509Certificate2 certificate, int tag)
    {
        if (certificate.Extensions[AlternativeNamesOid] is not { } extension) return null;

        var wanted = new Asn1Tag(TagClass.ContextSpecific, tag);
        var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(wanted)) return names.ReadCharacterString(UniversalTagNumber.IA5String, wanted);
            names.ReadEncodedValue();
        }

        return null;
    }
}
