using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Edge.Transport.Tls;

/// <summary>
/// The certificate that every TLS listener shows: one of the gateway's own CA, or the configured one. It is made, renewed and read again without
/// a restart; ask for it at each handshake.
/// </summary>
public sealed partial class LocalCertificates : IDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly LocalCertificateOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<LocalCertificates> _logger;
    private readonly LocalAuthority? _authority;
    private Current _current;

    /// <summary>Opens or makes the CA and the server certificate.</summary>
    /// <exception cref="InvalidOperationException">The CA, or the configured certificate, cannot be used; the message has the remedy.</exception>
    public LocalCertificates(IOptions<LocalCertificateOptions> options, TimeProvider clock, ILogger<LocalCertificates> logger)
    {
        (_options, _clock, _logger) = (options.Value, clock, logger);
        if (_options.CertificateFile is null)
        {
            Directory.CreateDirectory(_options.Folder);
            _authority = LocalAuthority.OpenOrCreate(_options.Folder, clock);
            _current = OpenIssued() ?? Issue();
        }
        else
        {
            _current = LoadConfigured();
        }
    }

    /// <summary>The file with the local CA's certificate, for clients to trust; null where a certificate is configured.</summary>
    public string? AuthorityFile => _authority is null ? null : Path.GetFullPath(Path.Combine(_options.Folder, "ca.pem"));

    /// <summary>The server certificate of now.</summary>
    public X509Certificate2 Server => Refresh().Certificate;

    private string IssuedFile => Path.Combine(_options.Folder, "server.pem");

    private string IssuedKeyFile => Path.Combine(_options.Folder, "server.key");

    /// <summary>What a server's handshake needs: TLS 1.2 or 1.3, the certificate with its chain. For Kestrel, give it as
    /// <c>UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(certificates.ServerOptions()) })</c>.</summary>
    public SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificateContext = Refresh().Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = false,
    };

    /// <inheritdoc/>
    public void Dispose() => _authority?.Dispose();

    private Current Refresh()
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            if (now - _current.CheckedAt >= CheckInterval) _current = Renewed() with { CheckedAt = now };
            return _current;
        }
    }

    private Current Renewed()
    {
        try
        {
            if (_options.CertificateFile is { } file)
                return File.GetLastWriteTimeUtc(file) == _current.FileTime ? _current : LoadConfigured();

            return NeedsRenewal(_current.Certificate) ? Issue() : _current;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            LogRenewalFailed(e.Message); // the old one still serves until its end; tried again in a minute
            return _current;
        }
    }

    private Current? OpenIssued()
    {
        if (!File.Exists(IssuedFile) || !File.Exists(IssuedKeyFile)) return null;

        try
        {
            var certificate = PemFiles.Load(IssuedFile, IssuedKeyFile);
            var isOurs = certificate.Issuer == _authority!.Certificate.Subject;
            if (isOurs && !NeedsRenewal(certificate) && Covers(certificate, LocalNames.Of(_options))) return Use(certificate, [_authority.Certificate]);

            certificate.Dispose();
        }
        catch (Exception e) when (e is CryptographicException or IOException)
        {
            LogRenewalFailed(e.Message); // unlike the CA, a server certificate is replaced without anybody noticing
        }

        return null;
    }

    private Current Issue()
    {
        var names = LocalNames.Of(_options);
        var (certificate, key) = _authority!.Issue(_options.Domain, names, _options.ValidDays);
        using (certificate)
        using (key)
        {
            PemFiles.WriteKey(IssuedKeyFile, key);
            PemFiles.WriteCertificates(IssuedFile, certificate, _authority.Certificate);
            LogIssued(new(names), certificate.NotAfter);
        }

        return Use(PemFiles.Load(IssuedFile, IssuedKeyFile), [_authority.Certificate]);
    }

    private Current LoadConfigured()
    {
        var (file, key) = (_options.CertificateFile!, _options.KeyFile!);
        try
        {
            var time = File.GetLastWriteTimeUtc(file);
            return Use(PemFiles.Load(file, key), PemFiles.LoadChain(file)) with { FileTime = time };
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"tls:certificateFile ({file}) and tls:keyFile ({key}) cannot be used: {e.Message} Give a PEM certificate and its unencrypted key.", e);
        }
    }

    private Current Use(X509Certificate2 certificate, X509Certificate2Collection chain) =>
        new(certificate, SslStreamCertificateContext.Create(certificate, chain, offline: true), _clock.GetUtcNow(), default);

    private bool NeedsRenewal(X509Certificate2 certificate) => _clock.GetUtcNow().AddDays(_options.RenewDays) >= certificate.NotAfter;

    private static bool Covers(X509Certificate2 certificate, IEnumerable<string> names)
    {
        var extension = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (extension is null) return false;

        var held = extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(a => a.ToString()))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return names.All(held.Contains);
    }

    [LoggerMessage(EventId = 1210, Level = LogLevel.Information, Message = "Made a server certificate for {Names}, good until {NotAfter:yyyy-MM-dd}")]
    private partial void LogIssued(NameList names, DateTime notAfter);

    [LoggerMessage(EventId = 1211, Level = LogLevel.Warning, Message = "The server certificate could not be renewed or read: {Error}")]
    private partial void LogRenewalFailed(string error);

    private readonly record struct NameList(IEnumerable<string> Names)
    {
        public override string ToString() => string.Join(", ", Names);
    }

    private sealed record Current(X509Certificate2 Certificate, SslStreamCertificateContext Context, DateTimeOffset CheckedAt, DateTime FileTime);
}
