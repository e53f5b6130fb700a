using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text.RegularExpressions;

using Edge.TestKit;
using Edge.Transport.Tls;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Edge.Conformance.Transport;

/// <summary>Keying material of a TLS connection (RFC 9266), beside what OpenSSL's own client makes of it.</summary>
public sealed partial class ExporterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task OpenSSL_exports_the_same_on_its_end()
    {
        var openssl = Peer.Require("openssl");
        using var certificates = new LocalCertificates(
            Options.Create(new LocalCertificateOptions { Folder = _folder.Path }), TimeProvider.System, NullLogger<LocalCertificates>.Instance);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var start = new ProcessStartInfo(
            openssl, ["s_client", "-connect", $"{listener.LocalEndpoint}", "-tls1_3", "-keymatexport", "EXPORTER-Channel-Binding", "-keymatexportlen", "32"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var client = Process.Start(start)!;
        try
        {
            using var socket = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await using var server = new SslStream(socket.GetStream());
            await server.AuthenticateAsServerAsync(certificates.ServerOptions(), TestContext.Current.CancellationToken);
            var theirs = await ReadMaterialAsync(client).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);

            Assert.Equal(theirs, Convert.ToHexString(ChannelBinding.Of(server, ChannelBinding.Exporter)!));
        }
        finally
        {
            if (!client.HasExited) client.Kill();
        }
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> ReadMaterialAsync(Process client)
    {
        while (await client.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Material().Match(line) is { Success: true, Groups: var groups }) return groups[1].Value;
        }

        return "the client said nothing of it: " + await client.StandardError.ReadToEndAsync();
    }

    [GeneratedRegex("Keying material: ([0-9A-F]+)")]
    private static partial Regex Material();
}
