using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Edge.Xmpp.Sessions.Sasl;

/// <summary>What a client certificate says of who its owner is.</summary>
internal static class CertificateAddresses
{
    private const string AlternativeNames = "2.5.29.17";
    private const string XmppAddress = "1.3.6.1.5.5.7.8.5"; // id-on-xmppAddr, RFC 6120 §13.7.1.4
    private const string CommonName = "2.5.4.3";
    private const int MostNames = 32;
    private const int MostCharacters = 3071; // of an address, RFC 7622 §3.1

    // GeneralName, RFC 5280 §4.2.1.6: a choice by context-specific tag.
    private static readonly Asn1Tag OtherName = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Mail = new(TagClass.ContextSpecific, 1);

    /// <summary>Its XMPP addresses (XEP-0178).</summary>
    public static IReadOnlyList<string> Xmpp(X509Certificate2 certificate) => Read(certificate, OtherName, names =>
    {
        var other = names.ReadSequence(OtherName);
        if (other.ReadObjectIdentifier() != XmppAddress) return null;
        return other.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)).ReadCharacterString(UniversalTagNumber.UTF8String);
    });

    /// <summary>Its mail addresses.</summary>
    public static IReadOnlyList<string> Mails(X509Certificate2 certificate) =>
        Read(certificate, Mail, names => names.ReadCharacterString(UniversalTagNumber.IA5String, Mail));

    /// <summary>Its common name; none where there are two: which would it be?</summary>
    public static IReadOnlyList<string> CommonNames(X509Certificate2 certificate)
    {
        try
        {
            var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
                .Select(part => part.GetSingleElementValue()).OfType<string>().ToList();
            return names.Count == 1 ? names : [];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    private static List<string> Read(X509Certificate2 certificate, Asn1Tag wanted, Func<AsnReader, string?> read)
    {
        List<string> found = [];
        if (certificate.Extensions[AlternativeNames] is not { } extension) return found;

        try
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData && found.Count < MostNames)
            {
                if (!names.PeekTag().HasSameClassAndValue(wanted)) names.ReadEncodedValue();
                else if (read(names) is { Length: > 0 and <= MostCharacters } name) found.Add(name);
            }
        }
        catch (AsnContentException)
        {
            return []; // broken is nobody's
        }

        return found;
    }
}
