using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Microsoft.Extensions.Logging;

namespace Edge.Transport.Tls;

/// <summary>Does a TLS listener ask its clients for a certificate?</summary>
public enum ClientCertificateDemand
{
    /// <summary>It does not ask.</summary>
    None,

    /// <summary>It asks; who has none is let in, who has a wrong one is not.</summary>
    Optional,

    /// <summary>Who has none is not let in.</summary>
    Required,
}

/// <summary>Lets clients in that show a certificate of one CA. The CA's file is read again when it changes.</summary>
public sealed partial class ClientCertificates
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly Lock _lock = new();
    private readonly ClientCertificateDemand _mode;
    private readonly string _file;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private X509Certificate2Collection _authorities;
    private DateTime _read;

    /// <summary>Reads the CA.</summary>
    /// <param name="mode">Whether a certificate is needed.</param>
    /// <param name="authorityFile">The certificates of the CAs to trust (PEM).</param>
    /// <param name="clock">Keeps floods out of the log.</param>
    /// <param name="logger">Where refusals go.</param>
    /// <exception cref="InvalidOperationException">The file cannot be used; the message has the remedy.</exception>
    public ClientCertificates(ClientCertificateDemand mode, string authorityFile, TimeProvider clock, ILogger logger)
    {
        (_mode, _file, _throttle, _logger) = (mode, authorityFile, new(clock), logger);
        try
        {
            (_authorities, _read) = Load();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The client CA {authorityFile} cannot be used: {e.Message} Give a PEM file with its certificate.", e);
        }
    }

    /// <summary>Makes a handshake ask for the certificate and judge it.</summary>
    /// <param name="options">The handshake's.</param>
    /// <param name="remote">Who connects, for the log.</param>
    public void Apply(SslServerAuthenticationOptions options, EndPoint? remote)
    {
        if (_mode == ClientCertificateDemand.None) return;

        options.ClientCertificateRequired = true; // means: ask
        options.CertificateChainPolicy = Policy();
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsGood(certificate, chain, errors, remote);
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        policy.CustomTrustStore.AddRange(Authorities());
        return policy;
    }

    private bool IsGood(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, EndPoint? remote)
    {
        if (certificate is null)
        {
            if (_mode == ClientCertificateDemand.Required && MayLog(remote)) LogMissing(remote);
            return _mode == ClientCertificateDemand.Optional;
        }

        // A client's name is no host name; the chain is what counts.
        if ((errors & SslPolicyErrors.RemoteCertificateChainErrors) == 0) return true;
        if (MayLog(remote)) LogRefused(certificate.Subject, remote, string.Join(' ', (chain?.ChainStatus ?? []).Select(s => s.StatusInformation)));
        return false;
    }

    private bool MayLog(EndPoint? remote) => _throttle.TryTake((remote as IPEndPoint)?.Address.ToString() ?? "", out _);

    private X509Certificate2Collection Authorities()
    {
        lock (_lock)
        {
            try
            {
                if (File.GetLastWriteTimeUtc(_file) != _read) (_authorities, _read) = Load();
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                LogNotRead(_file, e.Message); // somebody is replacing it: the CA of before stands
            }

            return _authorities;
        }
    }

    private (X509Certificate2Collection Authorities, DateTime Read) Load()
    {
        var time = File.GetLastWriteTimeUtc(_file);
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(_file);
        return authorities.Count > 0 ? (authorities, time) : throw new CryptographicException("There is no certificate in it.");
    }

    [LoggerMessage(EventId = 1212, Level = LogLevel.Warning, Message = "A client from {Address} without a certificate was not let in: give it one of the client CA, or set clientCertificates to optional")]
    private partial void LogMissing(EndPoint? address);

    [LoggerMessage(EventId = 1213, Level = LogLevel.Warning, Message = "The certificate {Subject} from {Address} was not taken: {Reason} Issue it by the configured client CA, for client authentication")]
    private partial void LogRefused(string subject, EndPoint? address, string reason);

    [LoggerMessage(EventId = 1214, Level = LogLevel.Warning, Message = "The client CA {File} could not be read again: {Error} The one of before stands")]
    private partial void LogNotRead(string file, string error);
}
