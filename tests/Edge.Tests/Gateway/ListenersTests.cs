using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Edge.Gateway.Configuration;
using Edge.Gateway.Hosting;
using Edge.TestKit;
using Edge.Tests.Mqtt.Harness;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Gateway;

/// <summary>A gateway with every kind of listener, and what each lets in.</summary>
public sealed class ListenersTests : IDisposable
{
    private static readonly byte[] Connect = Convert.FromHexString("100D00044D51545404020000000161");
    private static readonly byte[] Accepted = [0x20, 2, 0, 0];
    private static readonly byte[] Refused = [0x20, 2, 0, 5];

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_listener_has_its_own_policy()
    {
        await using var host = await StartAsync("""
            listeners:
              mqtt: { allowBootstrap: false, port: 0 }
              more:
              - { name: bench, protocol: mqtt, address: localhost, anonymous: true }
              - { name: six, protocol: mqtt, address: "::1", anonymous: true }
            """);

        Assert.Equal(Refused, await TalkAsync(IPAddress.Loopback, host.Endpoints.Mqtt));
        Assert.Equal(Accepted, await TalkAsync(IPAddress.Loopback, Port(host, "bench")));
        if (Socket.OSSupportsIPv6) Assert.Equal(Accepted, await TalkAsync(IPAddress.IPv6Loopback, Port(host, "six")));
        await host.StopAsync(Cancel);
    }

    [Theory, InlineData(SslProtocols.Tls12), InlineData(SslProtocols.Tls13)]
    public async Task A_listener_with_TLS_speaks_both_versions(SslProtocols version)
    {
        await using var host = await StartAsync("listeners: { more: [{ name: bench, protocol: mqtts, address: localhost, anonymous: true }] }");

        Assert.Equal(Accepted, await TalkTlsAsync(Port(host, "bench"), null, version));
        await host.StopAsync(Cancel);
    }

    [Theory, InlineData("xmpp-client"), InlineData(null)]
    public async Task XMPP_that_begins_with_TLS_offers_bindings_to_it(string? protocol)
    {
        await using var host = await StartAsync("listeners: { xmpps: { enabled: true, address: localhost, port: 0 } }");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Endpoints.Xmpps, Cancel);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "edge.local",
                ApplicationProtocols = protocol is null ? null : [new(protocol)],
                CertificateChainPolicy = new() { VerificationFlags = X509VerificationFlags.AllFlags, TrustMode = X509ChainTrustMode.CustomRootTrust },
            }, Cancel);

        await tls.WriteAsync("<stream:stream to='edge.local' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"u8.ToArray(), Cancel);
        var (buffer, text) = (new byte[4096], "");
        while (!text.Contains("</stream:features>", StringComparison.Ordinal))
            text += System.Text.Encoding.UTF8.GetString(buffer, 0, await tls.ReadAsync(buffer, Cancel));

        Assert.Equal(protocol ?? "", tls.NegotiatedApplicationProtocol.ToString());
        Assert.Contains("<mechanism>SCRAM-", text, StringComparison.Ordinal);
        Assert.DoesNotContain("starttls", text, StringComparison.Ordinal);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Web_listeners_serve_XMPP_too()
    {
        await using var host = await StartAsync("listeners: {}");
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        var meta = await http.GetStringAsync($"https://localhost:{host.Endpoints.Https}/.well-known/host-meta", Cancel);
        Assert.Contains($"wss://localhost:{host.Endpoints.Https}/xmpp-websocket", meta, StringComparison.Ordinal);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("xmpp");
        socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        await socket.ConnectAsync(new Uri($"wss://localhost:{host.Endpoints.Https}/xmpp-websocket"), Cancel);
        Assert.Equal("xmpp", socket.SubProtocol);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Where_a_client_certificate_is_required_only_one_of_the_CA_opens()
    {
        using var authority = Authority("Ours");
        using var stranger = Authority("Theirs");
        await File.WriteAllTextAsync(_folder.File("clients.pem"), authority.ExportCertificatePem(), Cancel);
        await using var host = await StartAsync($$"""
            listeners:
              more:
              - { name: closed, protocol: mqtts, address: localhost, anonymous: true, clientCertificates: required, clientAuthority: "{{_folder.File("clients.pem")}}" }
              - { name: open, protocol: mqtts, address: localhost, anonymous: true, clientCertificates: optional, clientAuthority: "{{_folder.File("clients.pem")}}" }
            mqtt: { authentication: { grants: [{ who: "certificate:lamp", topics: [{ rw: rw, topic: "lamp/#" }] }] } }
            """);
        using var good = Issue(authority);
        using var bad = Issue(stranger);

        Assert.Equal(Accepted, await TalkTlsAsync(Port(host, "closed"), good));
        await Assert.ThrowsAnyAsync<Exception>(() => TalkTlsAsync(Port(host, "closed"), null));
        await Assert.ThrowsAnyAsync<Exception>(() => TalkTlsAsync(Port(host, "closed"), bad));
        Assert.Equal(Accepted, await TalkTlsAsync(Port(host, "open"), good));
        Assert.Equal(Accepted, await TalkTlsAsync(Port(host, "open"), null));
        await Assert.ThrowsAnyAsync<Exception>(() => TalkTlsAsync(Port(host, "open"), bad));

        // Another CA, without a restart.
        await File.WriteAllTextAsync(_folder.File("clients.pem"), stranger.ExportCertificatePem(), Cancel);
        File.SetLastWriteTimeUtc(_folder.File("clients.pem"), File.GetLastWriteTimeUtc(_folder.File("clients.pem")).AddSeconds(5));
        Assert.Equal(Accepted, await TalkTlsAsync(Port(host, "closed"), bad));
        await Assert.ThrowsAnyAsync<Exception>(() => TalkTlsAsync(Port(host, "closed"), good));
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task MQTT_over_WebSocket_has_the_policy_of_its_listener()
    {
        await using var host = await StartAsync("listeners: { http: { allowBootstrap: false }, https: { anonymous: true } }");

        Assert.Equal(Refused, await TalkWebSocketAsync($"ws://localhost:{host.Endpoints.Http}/mqtt"));
        Assert.Equal(Accepted, await TalkWebSocketAsync($"wss://localhost:{host.Endpoints.Https}/mqtt"));
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_full_broker_turns_connections_away_before_their_handshake()
    {
        await using var host = await StartAsync("mqtt: { connections: { total: 1 } }\nlisteners: { more: [{ name: bench, protocol: mqtt, address: localhost, anonymous: true }] }");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port(host, "bench"), Cancel);
        await client.GetStream().WriteAsync(Connect, Cancel);
        await client.GetStream().ReadExactlyAsync(new byte[4], Cancel);

        // The reset may come as early as the connect: that is another kind of exception.
        var error = await Record.ExceptionAsync(() => TalkTlsAsync(host.Endpoints.Mqtts, null));
        Assert.True(error is IOException or SocketException, $"{error}");
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_handshake_that_fails_is_told_of_with_a_remedy()
    {
        var log = new LogCapture();
        await using var host = await StartAsync("", log);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Endpoints.Mqtts, Cancel);
        await client.GetStream().WriteAsync(Connect, Cancel); // clear text where TLS is spoken

        await Eventually.HoldsAsync(() => log.Lines.Any(l => l.Contains("mqtt: connection from", StringComparison.Ordinal) && l.Contains("ca.pem", StringComparison.Ordinal)));
        await host.StopAsync(Cancel);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task MQTT_over_WebSocket_is_beside_the_portal(bool isSecure)
    {
        await using var host = await StartAsync("");
        var answer = await TalkWebSocketAsync(isSecure ? $"wss://localhost:{host.Endpoints.Https}/mqtt" : $"ws://localhost:{host.Endpoints.Http}/mqtt");

        Assert.Equal([0x20, 2], answer[..2]);
        await host.StopAsync(Cancel);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Components_of_XMPP_have_a_listener_of_their_own(bool isSecure)
    {
        await using var host = await StartAsync(
            $"listeners: {{ xmppComponents: {{ enabled: true, port: 0, tls: {(isSecure ? "true" : "false")} }} }}\nxmpp: {{ components: {{ plays: {{ secret: the secret of plays }} }} }}");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Endpoints.XmppComponents, Cancel);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        if (isSecure) await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, Cancel);

        Stream stream = isSecure ? tls : client.GetStream();
        await stream.WriteAsync("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='plays.edge.local'>"u8.ToArray(), Cancel);
        var answer = new byte[21];
        await stream.ReadExactlyAsync(answer, Cancel);
        Assert.Equal("<?xml version='1.0'?>", System.Text.Encoding.UTF8.GetString(answer));
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Stopping_the_gateway_tells_clients_of_XMPP_and_does_not_wait_for_them()
    {
        await using var host = await StartAsync("listeners: { xmpps: { enabled: true, address: localhost, port: 0 } }");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Endpoints.Xmpps, Cancel);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, Cancel);
        await tls.WriteAsync("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='edge.local' version='1.0'>"u8.ToArray(), Cancel);
        await tls.ReadExactlyAsync(new byte[200], Cancel);

        var stopped = host.StopAsync(Cancel);
        using var reader = new StreamReader(tls);
        Assert.Contains("<system-shutdown ", await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        await stopped;
    }

    [Fact]
    public async Task Stopping_the_gateway_ends_who_is_connected()
    {
        await using var host = await StartAsync("listeners: { more: [{ name: bench, protocol: mqtt, address: localhost, anonymous: true }] }");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port(host, "bench"), Cancel);
        await client.GetStream().WriteAsync(Connect, Cancel);
        await client.GetStream().ReadExactlyAsync(new byte[4], Cancel);

        await host.StopAsync(Cancel);

        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], Cancel));
    }

    public void Dispose() => _folder.Dispose();

    private static int Port(GatewayHost host, string name) => host.Endpoints.More.Single(m => m.Name == name).Port;

    private static async Task<byte[]> TalkAsync(IPAddress address, int port)
    {
        using var client = new TcpClient(address.AddressFamily);
        await client.ConnectAsync(address, port, Cancel);
        return await TalkAsync(client.GetStream());
    }

    private static async Task<byte[]> TalkTlsAsync(int port, X509Certificate2? certificate, SslProtocols version = SslProtocols.None)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancel);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = version,
                ClientCertificates = certificate is null ? null : [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
            }, Cancel);
        return await TalkAsync(tls);
    }

    private static async Task<byte[]> TalkWebSocketAsync(string address)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        await socket.ConnectAsync(new Uri(address), Cancel);
        await socket.SendAsync(Connect, WebSocketMessageType.Binary, true, Cancel);
        var answer = new byte[4];
        await socket.ReceiveAsync(answer.AsMemory(), Cancel);
        return answer;
    }

    private static async Task<byte[]> TalkAsync(Stream stream)
    {
        await stream.WriteAsync(Connect, Cancel);
        var answer = new byte[4];
        await stream.ReadExactlyAsync(answer, Cancel);
        return answer;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(10));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=lamp", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(authority, now.AddDays(-1), now.AddDays(9), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    private async Task<GatewayHost> StartAsync(string yaml, LogCapture? log = null)
    {
        var file = _folder.File("gateway.yaml");
        await File.WriteAllTextAsync(file, yaml, Cancel);
        var host = GatewayHost.Build(GatewayConfiguration.Load(file, new Dictionary<string, string?>
        {
            ["gateway:dataFolder"] = _folder.File("data"),
            ["gateway:logLevel"] = log is null ? "error" : "warning",
            ["storage:driver"] = "memory",
            ["listeners:mqtts:address"] = "localhost",
            ["listeners:mqtts:port"] = "0",
            ["listeners:mqtt:port"] = "0",
            ["listeners:xmpp:enabled"] = "false",
            ["listeners:https:address"] = "localhost",
            ["listeners:https:port"] = "0",
            ["listeners:http:enabled"] = "true",
            ["listeners:http:port"] = "0",
        }), log is null ? null : services => services.AddSingleton<ILoggerProvider>(log));
        await host.StartAsync(Cancel);
        return host;
    }
}
