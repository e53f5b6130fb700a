using System.Security.Cryptography;

using Edge.Identity.Accounts;
using Edge.Identity.Sasl;
using Edge.Identity.Tokens;
using Edge.Transport.Tls;
using Edge.Xmpp.Sessions;

namespace Edge.Tests.Xmpp.Sasl;

/// <summary>Mechanisms that need TLS below them.</summary>
public sealed class TlsMechanismTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Over_tls_the_bound_mechanisms_come_first_and_their_bindings_are_told()
    {
        await using var host = new XmppHost();
        var (raw, _) = await host.OpenTlsRawAsync();
        var features = await OpenAsync(raw);

        var mechanisms = features.Split("<mechanism>")[1..].Select(m => m.Split('<')[0]).ToList();
        Assert.Equal(
            ["SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "OAUTHBEARER"], mechanisms);
        Assert.Contains("<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>", features.Replace('"', '\''), StringComparison.Ordinal);
        Assert.Contains("tls-server-end-point", features, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SCRAM-SHA-1", "tls-server-end-point")]
    [InlineData("SCRAM-SHA-256", "tls-server-end-point")]
    [InlineData("SCRAM-SHA-512", "tls-server-end-point")]
    [InlineData("SCRAM-SHA-256", "tls-exporter")]
    [InlineData("SCRAM-SHA-256", "tls-unique")] // taken, not told: some clients know no other
    public async Task A_client_signs_in_bound_to_its_tls(string name, string type)
    {
        await using var host = new XmppHost();
        var (raw, tls) = await host.OpenTlsRawAsync();
        var features = await OpenAsync(raw);
        Assert.SkipUnless(type != "tls-exporter" || features.Contains(type, StringComparison.Ordinal), "This platform does not tell the exporter.");
        Assert.DoesNotContain("tls-unique", features, StringComparison.Ordinal);

        var scram = ScramMechanism.Find(name)!;
        var binding = type != "tls-server-end-point" ? TlsFacts.Of(tls).Binding(type)! : SHA256.HashData(host.Get<LocalCertificates>().Server.RawData);
        var client = new ScramClient(scram, "romeo", TestAccounts.PasswordOf("romeo"), $"p={type},,", binding);
        await raw.SendAuthAsync(name + "-PLUS", client.First);
        await raw.SendResponseAsync(client.Answer(SaslStream.Words(await raw.ReadSaslAsync()))!);

        var success = await raw.ReadSaslAsync();
        Assert.Contains("<success", success, StringComparison.Ordinal);
        Assert.True(client.IsProven(SaslStream.Words(success)));
    }

    [Theory]
    [InlineData("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,", "not-authorized")] // bound to another certificate: somebody in between
    [InlineData("SCRAM-SHA-256", "y,,", "not-authorized")] // our offer was taken away on the way
    public async Task Somebody_in_between_is_noticed(string mechanism, string header, string condition)
    {
        await using var host = new XmppHost();
        var (raw, _) = await host.OpenTlsRawAsync();
        await OpenAsync(raw);
        var client = new ScramClient(ScramMechanism.Sha256, "romeo", TestAccounts.PasswordOf("romeo"), header, header[0] == 'p' ? new byte[32] : []);

        await raw.SendAuthAsync(mechanism, client.First);
        var answer = await raw.ReadSaslAsync();
        if (answer.Contains("<challenge", StringComparison.Ordinal))
        {
            await raw.SendResponseAsync(client.Answer(SaslStream.Words(answer))!);
            answer = await raw.ReadSaslAsync();
        }

        Assert.Contains($"<{condition}/>", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_is_offered_only_where_it_is_configured_and_only_over_tls()
    {
        await using var without = new XmppHost();
        var (raw, _) = await without.OpenTlsRawAsync();
        Assert.DoesNotContain("<mechanism>PLAIN<", await OpenAsync(raw), StringComparison.Ordinal);
        await raw.SendAuthAsync("PLAIN", "\0romeo\0password of romeo");
        Assert.Contains("<mechanism-too-weak/>", await raw.ReadSaslAsync(), StringComparison.Ordinal);

        await using var host = new XmppHost(settings: ("xmpp:sasl:plain", "true"));
        var (clear, features) = await host.OpenAsync();
        Assert.DoesNotContain("<mechanism>PLAIN<", features, StringComparison.Ordinal);
        await clear.SendAuthAsync("PLAIN", "\0romeo\0password of romeo");
        Assert.Contains("<encryption-required/>", await clear.ReadSaslAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\0mercutio\0a plague o' both", null)]
    [InlineData("\0Mercutio\0a plague o' both", null)]
    [InlineData("mercutio@edge.local\0mercutio\0a plague o' both", null)]
    [InlineData("romeo@edge.local\0mercutio\0a plague o' both", "invalid-authzid")]
    [InlineData("\0mercutio\0wrong", "not-authorized")]
    [InlineData("\0nobody\0wrong", "not-authorized")]
    [InlineData("\0mercutio", "malformed-request")]
    [InlineData("\0\0", "malformed-request")]
    [InlineData("mercutio", "malformed-request")]
    public async Task Plain_signs_in_with_the_right_password_as_oneself(string words, string? condition)
    {
        await using var host = new XmppHost(settings: ("xmpp:sasl:plain", "true"));
        Assert.Equal(AccountError.None, await host.Get<AccountStore>().CreateAsync("mercutio", "a plague o' both", Roles.None, Cancel));
        var (raw, _) = await host.OpenTlsRawAsync();
        Assert.Contains("<mechanism>PLAIN<", await OpenAsync(raw), StringComparison.Ordinal);

        await raw.SendAuthAsync("PLAIN", words);

        Assert.Contains(condition is null ? "<success" : $"<{condition}/>", await raw.ReadSaslAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("juliet@edge.local", "rw $xmpp", "", null, null)]
    [InlineData("juliet@edge.local", "rw $xmpp", "a=juliet@edge.local", null, null)]
    [InlineData("juliet", "rw $xmpp", "", null, null)]
    [InlineData("juliet@edge.local", "rw $xmpp", "a=romeo@edge.local", null, "invalid-authzid")]
    [InlineData("juliet@edge.local", "r $xmpp", "", "insufficient_scope", "not-authorized")]
    [InlineData("juliet@edge.local", "rw home/#", "", "insufficient_scope", "not-authorized")]
    [InlineData("nobody@edge.local", "rw $xmpp", "", "invalid_token", "not-authorized")]
    [InlineData("juliet@elsewhere.example", "rw $xmpp", "", "invalid_token", "not-authorized")]
    public async Task A_token_of_ours_signs_in_where_it_is_meant_for_that(string subject, string scope, string authzid, string? status, string? condition)
    {
        await using var host = await StartTokensAsync();
        var token = host.Get<ITokenService>().Issue(subject, "phone", [new(scope.StartsWith("rw", StringComparison.Ordinal) ? TopicAccess.ReadWrite : TopicAccess.Read, scope.Split(' ')[1])]);
        var (raw, _) = await host.OpenTlsRawAsync();
        await OpenAsync(raw);

        await raw.SendAuthAsync("OAUTHBEARER", $"n,{authzid},\u0001auth=Bearer {token.Value}\u0001\u0001");
        var answer = await raw.ReadSaslAsync();
        if (status is not null)
        {
            Assert.Contains($"\"status\":\"{status}\"", SaslStream.Words(answer), StringComparison.Ordinal);
            await raw.SendResponseAsync("\u0001");
            answer = await raw.ReadSaslAsync();
        }

        Assert.Contains(condition is null ? "<success" : $"<{condition}/>", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_ran_out_is_told_apart()
    {
        await using var host = await StartTokensAsync();
        var token = host.Get<ITokenService>().Issue("juliet@edge.local", "phone", [new(TopicAccess.ReadWrite, "$xmpp")], TimeSpan.FromMinutes(1));
        var (raw, _) = await host.OpenTlsRawAsync();
        await OpenAsync(raw);
        await raw.SendAuthAsync("OAUTHBEARER", "n,,\u0001auth=Bearer x.y.z\u0001\u0001");
        await raw.ReadSaslAsync();
        await raw.SendResponseAsync("\u0001");
        Assert.Contains("<not-authorized/>", await raw.ReadSaslAsync(), StringComparison.Ordinal);

        host.Clock.Advance(TimeSpan.FromMinutes(2));
        var (again, _) = await host.OpenTlsRawAsync();
        await OpenAsync(again);
        await again.SendAuthAsync("OAUTHBEARER", $"n,,\u0001auth=Bearer {token.Value}\u0001\u0001");
        await again.ReadSaslAsync();
        await again.SendResponseAsync("\u0001");
        Assert.Contains("<credentials-expired/>", await again.ReadSaslAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n,,")]
    [InlineData("n,,\u0001\u0001")]
    [InlineData("n,,\u0001auth=Basic x\u0001\u0001")]
    [InlineData("n,,\u0001auth=Bearer x\u0001")]
    [InlineData("n,,\u0001auth=Bearer \u0001\u0001")]
    [InlineData("p=tls-exporter,,\u0001auth=Bearer x\u0001\u0001")]
    [InlineData("n,a=,\u0001auth=Bearer x\u0001\u0001")]
    [InlineData("n,,\u0001auth=Bearer x\u0001auth=Bearer y\u0001\u0001")]
    public async Task Words_that_are_not_of_oauthbearer_are_malformed(string words)
    {
        await using var host = await StartTokensAsync();
        var (raw, _) = await host.OpenTlsRawAsync();
        await OpenAsync(raw);
        await raw.SendAuthAsync("OAUTHBEARER", words);
        Assert.Contains("<malformed-request/>", await raw.ReadSaslAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_ends_when_its_token_runs_out()
    {
        await using var host = await StartTokensAsync();
        var raw = await host.SignInByTokenAsync("phone", TimeSpan.FromMinutes(1));
        await raw.BindAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("", await raw.SoFarAsync());

        host.Clock.Advance(TimeSpan.FromSeconds(62)); // clocks may differ: identity:clockToleranceSeconds

        var answer = await raw.ReadToEndAsync();
        Assert.Contains("<reset ", answer, StringComparison.Ordinal);
        Assert.Contains("Its token ran out", answer, StringComparison.Ordinal);
    }

    [Theory, InlineData(1), InlineData(2)] // TLS 1.0 and 1.1
    public async Task Versions_of_TLS_that_are_no_longer_safe_are_refused(byte minor)
    {
        await using var host = new XmppHost();
        var (raw, _) = await host.OpenAsync(new());
        await raw.SendAsync("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        await raw.ReadUntilAsync("/>");

        // A ClientHello of old: its version, 32 random bytes, no session, ciphers that such servers have, no compression (RFC 4346 §7.4.1.2).
        byte[] ciphers = [0xC0, 0x09, 0xC0, 0x0A, 0xC0, 0x13, 0xC0, 0x14, 0x00, 0x2F, 0x00, 0x35];
        byte[] hello = [3, minor, .. RandomNumberGenerator.GetBytes(32), 0, 0, (byte)ciphers.Length, .. ciphers, 1, 0];
        await raw.SendAsync([22, 3, 1, 0, (byte)(hello.Length + 4), 1, 0, 0, (byte)hello.Length, .. hello]);

        Assert.Contains("\u0002F", await raw.ReadToEndAsync(), StringComparison.Ordinal); // fatal, protocol_version
    }

    [Fact]
    public async Task A_session_ends_when_its_token_is_taken_back()
    {
        await using var host = await StartTokensAsync();
        var raw = await host.SignInByTokenAsync("phone");
        await raw.SendAsync("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
        await raw.ReadUntilAsync("</iq>");

        await host.Get<ITokenService>().RevokeClientAsync("phone", Cancel);

        Assert.Contains("<reset", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resumed_session_rests_on_what_was_shown_this_time()
    {
        await using var host = await StartTokensAsync();
        var first = await host.SignInByTokenAsync("phone");
        await first.SendAsync("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
        await first.ReadUntilAsync("</iq>");
        await first.SendAsync("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
        var id = (await first.ReadUntilAsync("/>")).Replace('"', '\'').Split(" id='")[1].Split('\'')[0];

        var second = await host.SignInByTokenAsync("tablet");
        await second.SendAsync($"<resume xmlns='urn:xmpp:sm:3' h='0' previd='{id}'/>");
        Assert.Contains("<resumed", await second.ReadUntilAsync("/>"), StringComparison.Ordinal);
        await host.Get<ITokenService>().RevokeClientAsync("phone", Cancel);
        await second.SendAsync("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
        Assert.Contains("result", await second.ReadUntilAsync("/>"), StringComparison.Ordinal);

        await host.Get<ITokenService>().RevokeClientAsync("tablet", Cancel);
        Assert.Contains("<reset", await second.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static async Task<XmppHost> StartTokensAsync()
    {
        var host = new XmppHost();
        await host.Get<SigningKey>().LoadAsync(Cancel);
        return host;
    }

    private static async Task<string> OpenAsync(RawClient raw)
    {
        await raw.SendAsync(RawClient.Header);
        return await raw.ReadUntilAsync("</stream:features>");
    }
}
