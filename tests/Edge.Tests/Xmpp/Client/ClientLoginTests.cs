using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;

using Edge.Transport.Tls;
using Edge.Xmpp.Client;

namespace Edge.Tests.Xmpp.Client;

public sealed class ClientLoginTests
{
    [Fact]
    public async Task What_the_server_had_taken_of_a_stream_that_is_over_is_not_sent_again()
    {
        await using var host = new XmppHost(settings: [("xmpp:streamManagement:resumeSeconds", "60")]);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(host.Get<LocalCertificates>().AuthorityFile!);
        var juliet = await host.OnlineAsync("juliet");
        var stream = new ResumableStream();
        var pipe = (PipeStream)host.Dial();
        await using var first = new ClientConnection(pipe);
        await new ClientLogin(first, OptionsOf(authority)).RunAsync(stream, CancellationToken.None);
        stream.Sent(Message("taken"));
        await first.WriteAsync(Message("taken"), CancellationToken.None);
        Assert.Equal("taken", (await juliet.MessageAsync()).Value);
        stream.Sent(Message("lost"));
        await pipe.HangUpAsync();
        await Assert.ThrowsAsync<XmppClientException>(() => first.ReadAsync(CancellationToken.None));

        var served = host.Get<Edge.Xmpp.Routing.SessionTable>();
        await Edge.TestKit.Eventually.HoldsAsync(() =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            return served.Of("romeo").Count == 0;
        });
        await using var second = new ClientConnection(host.Dial());
        var login = await new ClientLogin(second, OptionsOf(authority)).RunAsync(stream, CancellationToken.None);

        Assert.NotNull(login.Address);
        Assert.Equal(["lost"], login.Again.Select(m => m.Value));

        static XElement Message(string body) => new(
            Conversation.Client + "message", new XAttribute("to", "juliet@edge.local"), new XElement(Conversation.Client + "body", body));
    }

    [Theory]
    [InlineData("SCRAM-SHA-1 SCRAM-SHA-256", "", "SCRAM-SHA-256", "y,,")]
    [InlineData("SCRAM-SHA-256 SCRAM-SHA-1-PLUS", "tls-unheard-of tls-server-end-point", "SCRAM-SHA-1-PLUS", "p=tls-server-end-point,,")]
    [InlineData("SCRAM-SHA-256 SCRAM-SHA-256-PLUS", "tls-unheard-of", "SCRAM-SHA-256", "n,,")]
    [InlineData("SCRAM-SHA-256 SCRAM-SHA-256-PLUS", "", "SCRAM-SHA-256", "n,,")] // TLS 1.3 has not what is taken for granted where nothing is named
    public async Task A_log_in_is_bound_to_its_TLS_where_both_can_and_says_so_where_only_the_client_could(
        string mechanisms, string bindings, string expected, string header)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=edge.local", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("edge.local");
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pfx), null);
        Pipe there = new(new(useSynchronizationContext: false)), back = new(new(useSynchronizationContext: false));
        await using var connection = new ClientConnection(new PipeStream(new(back.Reader, there.Writer)));

        var signingIn = new ClientLogin(connection, OptionsOf(certificate) with { DirectTls = true }).RunAsync(CancellationToken.None);
        var server = new XmppHost.Duplex(there.Reader, back.Writer);
        await using var tls = await StreamUpgrade.AsServerAsync(server, new() { ServerCertificate = certificate, ApplicationProtocols = [new("xmpp-client")] });
        Assert.Equal("xmpp-client", tls.Stream.NegotiatedApplicationProtocol.ToString());
        await using var raw = new RawClient(new(tls.Input, tls.Output));
        await raw.ReadUntilAsync("<stream:stream");
        var named = bindings.Length == 0 ? "" : "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>"
            + string.Concat(bindings.Split(' ').Select(b => $"<channel-binding type='{b}'/>")) + "</sasl-channel-binding>";
        await raw.SendAsync("<stream:stream version='1.0' id='1' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>"
            + "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + string.Concat(mechanisms.Split(' ').Select(m => $"<mechanism>{m}</mechanism>")) + "</mechanisms>"
            + named + "</stream:features>");
        var auth = await raw.ReadUntilAsync("</auth>");
        await raw.SendAsync("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><aborted/></failure>");

        Assert.Equal("aborted", (await Assert.ThrowsAsync<XmppClientException>(() => signingIn)).Condition);
        Assert.Contains($"mechanism='{expected}'", auth, StringComparison.Ordinal);
        Assert.StartsWith(header + "n=romeo,", Encoding.UTF8.GetString(Convert.FromBase64String(auth.Split('>')[^2].Split('<')[0])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SCRAM-SHA-1-PLUS")]
    [InlineData("SCRAM-SHA-256-PLUS")]
    [InlineData("SCRAM-SHA-512-PLUS")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData(null)]
    public async Task Our_own_server_takes_each_of_them(string? mechanism)
    {
        await using var host = new XmppHost();
        using var authority = X509CertificateLoader.LoadCertificateFromFile(host.Get<LocalCertificates>().AuthorityFile!);
        await using var connection = new ClientConnection(host.Dial());

        var address = await new ClientLogin(connection, OptionsOf(authority) with { Mechanism = mechanism }).RunAsync(CancellationToken.None);

        Assert.Equal("romeo@edge.local", address.Bare.ToString());
    }

    [Fact]
    public async Task Who_is_asked_answers_and_nobody_else()
    {
        await using var host = new XmppHost();
        var (romeo, juliet, nurse) = (await host.OnlineAsync("romeo"), await host.OnlineAsync("juliet"), await host.OnlineAsync("nurse"));

        var asking = romeo.RequestAsync(juliet.Address, Edge.Xmpp.Modules.IqType.Get, new XElement("{urn:test}q"));
        var asked = await juliet.NextAsync(s => s.Name.LocalName == "iq");
        await nurse.AnswerAsync(asked, new XElement("{urn:test}forged"));
        await nurse.SoFarAsync();
        await romeo.SoFarAsync(); // asks its own server meanwhile
        Assert.False(asking.IsCompleted);
        await juliet.AnswerAsync(asked, new XElement("{urn:test}r"));

        Assert.Equal("r", (await asking).Payload?.Name.LocalName);
    }

    private static XmppClientOptions OptionsOf(X509Certificate2 authority) => new()
    {
        Host = "memory",
        Domain = "edge.local",
        User = "romeo",
        Password = TestAccounts.PasswordOf("romeo"),
        Authority = authority,
    };
}
