using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Edge.Mqtt.Client;

/// <summary>Where a server listens.</summary>
/// <param name="Host">A name or address; with TLS, the certificate must carry it.</param>
/// <param name="Port">8883 with TLS and 1883 without, by custom.</param>
/// <param name="UseTls">False only on loopback, or for tests.</param>
public sealed record MqttEndpoint(string Host, int Port, bool UseTls)
{
    /// <summary>The only CA to trust (PEM); null trusts those of the operating system.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>The same as text (PEM), for callers that have no file; null for none.</summary>
    public string? AuthorityPem { get; init; }

    internal async Task<Stream> OpenAsync(CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(Host, Port, cancel).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return UseTls ? await SecureAsync(stream, cancel).ConfigureAwait(false) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> SecureAsync(NetworkStream stream, CancellationToken cancel)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = Host,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateChainPolicy = AuthorityFile is null && AuthorityPem is null ? null : Pinned(),
            },
            cancel).ConfigureAwait(false);
        return tls;
    }

    private X509ChainPolicy Pinned()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        if (AuthorityFile is not null) policy.CustomTrustStore.ImportFromPemFile(AuthorityFile);
        if (AuthorityPem is not null) policy.CustomTrustStore.ImportFromPem(AuthorityPem);
        return policy;
    }
}
