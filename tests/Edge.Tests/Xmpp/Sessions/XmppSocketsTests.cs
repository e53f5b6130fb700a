using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;

using Edge.Transport.Sockets;
using Edge.Transport.Tls;
using Edge.Xmpp;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;

namespace Edge.Tests.Xmpp.Sessions;

/// <summary>The server on sockets of our own, as the gateway has it.</summary>
public sealed class XmppSocketsTests : IAsyncDisposable
{
    private readonly XmppHost _host = new();

    [Fact]
    public async Task A_client_upgrades_signs_in_and_is_answered()
    {
        await using var listener = Listen();
        await using var juliet = await ConnectAsync(listener, "juliet");
        await using var romeo = await ConnectAsync(listener, "romeo");

        var answer = await romeo.RequestAsync(null, IqType.Get, new XElement(XName.Get("ping", "urn:xmpp:ping")));
        await romeo.SendMessageAsync(juliet.Address, "over sockets");

        Assert.True(answer.IsSuccess);
        var message = await juliet.Incoming.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("over sockets", message.Element(XName.Get("body", "jabber:client"))?.Value);
    }

    [Fact]
    public async Task A_client_that_still_sends_reads_its_stream_error_all_the_same()
    {
        await using var listener = Listen();
        using var client = new TcpClient();
        await client.ConnectAsync(listener.Local, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(RawClient.Header));

        var chunk = new byte[16 * 1024];
        chunk.AsSpan().Fill((byte)'a');
        "<message><body>"u8.CopyTo(chunk);
        for (var i = 0; i < 20; i++) await stream.WriteAsync(chunk);

        using var reader = new StreamReader(stream);
        Assert.Contains("<policy-violation", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    private SocketListener Listen() =>
        _host.Get<SocketTransport>().ListenXmpp(_host.Get<IServiceProvider>(), new(IPAddress.Loopback, 0), new() { AllowPlain = true });

    private async Task<XmppClient> ConnectAsync(SocketListener listener, string user)
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(_host.Get<LocalCertificates>().AuthorityFile!);
        var options = new XmppClientOptions
        {
            Host = "127.0.0.1",
            Port = listener.Local.Port,
            Domain = "edge.local",
            User = user,
            Password = TestAccounts.PasswordOf(user),
            Authority = authority,
        };
        return await XmppClient.ConnectAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
