using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Edge.Mqtt.Features.Authentication;

namespace Edge.Tests.Mqtt.Features.Authentication;

public sealed class CertificateNamesTests
{
    [Theory]
    [InlineData("CN=meter-7, O=House", CertificateName.CommonName, "meter-7")]
    [InlineData("O=House", CertificateName.CommonName, null)]
    [InlineData("CN=one, CN=two", CertificateName.CommonName, null)]
    [InlineData("CN=\"CN=admin, O=x\"", CertificateName.CommonName, "CN=admin, O=x")]
    [InlineData("CN=meter-7", CertificateName.Uri, "urn:dev:mac:0024befffe804ff1")]
    [InlineData("CN=meter-7", CertificateName.Email, "juliet@edge.local")]
    [InlineData("CN=meter-7", CertificateName.Dns, "meter.example")]
    public void The_configured_name_is_found(string subject, CertificateName kind, string? expected)
    {
        using var certificate = Make(subject, names =>
        {
            names.AddDnsName("meter.example");
            names.AddDnsName("other.example");
            names.AddEmailAddress("juliet@edge.local");
            names.AddUri(new("urn:dev:mac:0024befffe804ff1"));
        });

        Assert.Equal(expected, CertificateNames.Find(certificate, kind));
    }

    [Theory]
    [InlineData(CertificateName.Uri)]
    [InlineData(CertificateName.Email)]
    [InlineData(CertificateName.Dns)]
    public void A_certificate_without_alternative_names_has_none(CertificateName kind)
    {
        using var certificate = Make("CN=meter-7", null);

        Assert.Null(CertificateNames.Find(certificate, kind));
    }

    [Fact]
    public void Alternative_names_that_are_no_names_are_none()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=meter-7", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x7f, 0x01], critical: false));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));

        Assert.Null(CertificateNames.Find(certificate, CertificateName.Uri));
    }

    private static X509Certificate2 Make(string subject, Action<SubjectAlternativeNameBuilder>? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (names is not null)
        {
            var builder = new SubjectAlternativeNameBuilder();
            names(builder);
            request.CertificateExtensions.Add(builder.Build());
        }

        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }
}
