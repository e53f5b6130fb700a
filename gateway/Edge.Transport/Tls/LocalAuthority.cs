using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Edge.Transport.Tls;

/// <summary>The gateway's own certificate authority: made at first start, pinned by nodes, trusted by whoever installs it. Its key never
/// leaves the data folder.</summary>
internal sealed class LocalAuthority : IDisposable
{
    // A node cannot be told of a new CA without being flashed, so this one outlives it.
    private const int YearsValid = 20;

    // Phones and nodes whose clock is behind must not find a certificate of the future.
    private static readonly TimeSpan Backdated = TimeSpan.FromDays(1);

    private readonly TimeProvider _clock;

    private LocalAuthority(X509Certificate2 certificate, TimeProvider clock)
    {
        Certificate = certificate;
        _clock = clock;
    }

    /// <summary>The CA's certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Opens the CA in <paramref name="folder"/>, or makes it where there is none.</summary>
    /// <exception cref="InvalidOperationException">There is half of one, or a damaged one. It is never replaced unasked: nodes trust it.</exception>
    public static LocalAuthority OpenOrCreate(string folder, TimeProvider clock)
    {
        var (certificate, key) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "ca.key"));
        if (!File.Exists(certificate) && !File.Exists(key)) Create(certificate, key, clock);
        try
        {
            return new(PemFiles.Load(certificate, key), clock);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"The local CA ({certificate}, {key}) cannot be used: {e.Message} Restore both files from a backup; or delete both to make a new CA, " +
                "which every node and phone then has to be told of.", e);
        }
    }

    /// <summary>A server certificate for these names and addresses.</summary>
    public (X509Certificate2 Certificate, ECDsa Key) Issue(string commonName, IReadOnlyCollection<string> names, int validDays)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(commonName), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(AlternativeNames(names));

        var now = _clock.GetUtcNow();
        var notAfter = Earlier(now.AddDays(validDays), Certificate.NotAfter);
        return (request.Create(Certificate, Later(now - Backdated, Certificate.NotBefore), notAfter, Serial()), key);
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    private static void Create(string certificatePath, string keyPath, TimeProvider clock)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // A number of its own in the name: two gateways in one trust store must not be taken for each other.
        var name = $"Edge local CA {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var request = new CertificateRequest(Subject(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));

        var now = clock.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - Backdated, now.AddYears(YearsValid));
        PemFiles.WriteKey(keyPath, key);
        PemFiles.WriteCertificates(certificatePath, certificate);
    }

    private static X509Extension AlternativeNames(IReadOnlyCollection<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) builder.AddIpAddress(address);
            else builder.AddDnsName(name);
        }

        return builder.Build();
    }

    private static X500DistinguishedName Subject(string commonName)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddOrganizationName("Edge");
        builder.AddCommonName(commonName);
        return builder.Build();
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40); // positive, and never shorter than it looks (RFC 5280 §4.1.2.2)
        return serial;
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
