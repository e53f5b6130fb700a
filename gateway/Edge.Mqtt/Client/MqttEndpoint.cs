using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Edge.Mqtt.Client;

/// <summary>Where a server listens, and how it is reached: TCP, TLS, or WebSocket over either.</summary>
/// <param name="Host">A name or address; with TLS, the certificate must carry it.</param>
/// <param name="Port">8883 with TLS and 1883 without, by custom.</param>
/// <param name="UseTls">False only on loopback, or for tests.</param>
public sealed record MqttEndpoint(string Host, int Port, bool UseTls)
{
    /// <summary>The only CA to trust (PEM); null trusts those of the operating system.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>The same as text (PEM), for callers that have no file; null for none.</summary>
    public string? AuthorityPem { get; init; }

    /// <summary>The client's certificate with its chain (PEM); null for none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The private key of it (PEM).</summary>
    public string? KeyFile { get; init; }

    /// <summary>The path of a WebSocket, such as <c>/mqtt</c>; null for none (MQTT 5.0 §6).</summary>
    public string? WebSocketPath { get; init; }

    /// <summary>Where it is, as a URI.</summary>
    public override string ToString() => WebSocketPath is null ? $"{(UseTls ? "mqtts" : "mqtt")}://{Host}:{Port}" : WebSocketUri.ToString();

    internal Uri WebSocketUri => new UriBuilder(UseTls ? "wss" : "ws", Host, Port, WebSocketPath).Uri;

    /// <summary>Opens the connection within the time that connecting may take.</summary>
    internal async Task<IDuplexPipe> ConnectAsync(MqttClientOptions options, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            return new StreamPipe(await OpenAsync(either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"No connection to {this} within {options.ConnectTimeout.TotalSeconds} s.");
        }
    }

    private async Task<Stream> OpenAsync(CancellationToken cancel)
    {
        if (WebSocketPath is not null) return await WebSocketTransport.OpenAsync(WebSocketUri, TlsOptions, cancel).ConfigureAwait(false);

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
        await tls.AuthenticateAsClientAsync(TlsOptions(), cancel).ConfigureAwait(false);
        return tls;
    }

    private SslClientAuthenticationOptions TlsOptions() => new()
    {
        TargetHost = Host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateChainPolicy = AuthorityFile is null && AuthorityPem is null ? null : Pinned(),
        ClientCertificateContext = CertificateFile is null ? null : OwnCertificate(),
    };

    private X509ChainPolicy Pinned()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        if (AuthorityFile is not null) policy.CustomTrustStore.ImportFromPemFile(AuthorityFile);
        if (AuthorityPem is not null) policy.CustomTrustStore.ImportFromPem(AuthorityPem);
        return policy;
    }

    private SslStreamCertificateContext OwnCertificate()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(CertificateFile!);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(CertificateFile!, KeyFile), chain, offline: true);
    }
}
