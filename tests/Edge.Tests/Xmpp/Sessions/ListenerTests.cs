using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using Edge.TestKit;
using Edge.Tests.Xmpp.Sasl;
using Edge.Transport.Tls;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Xmpp.Sessions;

/// <summary>Clients at sockets of Kestrel's.</summary>
public sealed class ListenerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_is_still_sending_reads_why_its_stream_ended()
    {
        await using var host = new XmppHost(settings: ("xmpp:maxUnauthenticatedBytes", "4096"));
        await using var app = await ListenAsync(host);
        using var client = await ConnectAsync(app);
        await SendAsync(client, RawClient.Header + "<message>" + new string('x', 5000));
        Assert.Contains("<policy-violation ", await ReadAsync(client, "</stream:stream>"), StringComparison.Ordinal);

        for (var i = 0; i < 20; i++) await SendAsync(client, new string('x', 10_000)); // it reads no sooner than it has sent all
        var end = client.GetStream().ReadAsync(new byte[1], Cancel);
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await end); // closed, not broken off
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Who_does_not_close_its_side_is_waited_for_no_longer_than_seconds_and_not_at_all_by_a_server_that_stops(bool stops)
    {
        await using var host = new XmppHost();
        await using var app = await ListenAsync(host);
        using var client = await ConnectAsync(app);
        await SendAsync(client, RawClient.Header + "<!-- -->");
        await ReadAsync(client, "</stream:stream>");
        var end = client.GetStream().ReadAsync(new byte[1], Cancel).AsTask();

        if (stops) await ((IHostedService)host.Server).StopAsync(Cancel);
        await Eventually.HoldsAsync(() =>
        {
            if (!stops) host.Clock.Advance(TimeSpan.FromSeconds(1));
            return end.IsCompleted;
        });

        Assert.Equal(0, await end);
    }

    [Fact]
    public async Task The_end_of_the_client_s_stream_is_end_enough()
    {
        await using var host = new XmppHost();
        await using var app = await ListenAsync(host);
        using var client = await ConnectAsync(app);
        await SendAsync(client, RawClient.Header + "<!-- -->");
        await ReadAsync(client, "</stream:stream>");
        await SendAsync(client, "</stream:stream>");
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], Cancel));
    }

    [Fact]
    public async Task A_certificate_signs_in_where_TLS_comes_first()
    {
        using var certificate = ClientCertificate.With(xmpp: ["romeo@edge.local"]);
        await using var host = new XmppHost();
        await using var app = await ListenAsync(host, certificate.Authority);
        using var client = await ConnectAsync(app);
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(host.Get<LocalCertificates>().AuthorityFile!);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new()
            {
                TargetHost = "edge.local",
                CertificateChainPolicy = trust,
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate.Certificate, null, offline: true),
            },
            Cancel);

        await tls.WriteAsync(Encoding.UTF8.GetBytes(RawClient.Header), Cancel);
        Assert.Contains("<mechanism>EXTERNAL<", await ReadAsync(tls, "</stream:features>"), StringComparison.Ordinal);
        await tls.WriteAsync("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>"u8.ToArray(), Cancel);
        Assert.Contains("<success", await ReadAsync(tls, ">"), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> ListenAsync(XmppHost host, ClientCertificates? clients = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (clients is not null) listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(Handshake(host, clients)) });
            listen.Run(connection => host.Server.OnConnectedAsync(connection, new() { AllowPlain = true }));
        }));
        var app = builder.Build();
        await app.StartAsync(Cancel);
        return app;
    }

    private static SslServerAuthenticationOptions Handshake(XmppHost host, ClientCertificates clients)
    {
        var handshake = host.Get<LocalCertificates>().ServerOptions();
        clients.Apply(handshake, null);
        return handshake;
    }

    private static async Task<TcpClient> ConnectAsync(WebApplication app)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.Single()).Port, Cancel);
        return client;
    }

    private static Task SendAsync(TcpClient client, string text) => client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), Cancel).AsTask();

    private static Task<string> ReadAsync(TcpClient client, string end) => ReadAsync(client.GetStream(), end);

    private static async Task<string> ReadAsync(Stream stream, string end)
    {
        var (text, buffer) = ("", new byte[4096]);
        while (!text.EndsWith(end, StringComparison.Ordinal))
        {
            var length = await stream.ReadAsync(buffer, Cancel);
            if (length == 0) Assert.Fail($"The stream ended without '{end}': {text}");
            text += Encoding.UTF8.GetString(buffer, 0, length);
        }

        return text;
    }
}
