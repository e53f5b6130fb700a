using Edge.Xmpp;

namespace Edge.Tests.Xmpp.Sasl;

/// <summary>XEP-0178 §2: signing in with a client certificate.</summary>
public sealed class ExternalTests
{
    [Theory]
    [InlineData(new[] { "romeo@edge.local" }, "", "<success")]
    [InlineData(new[] { "Romeo@EDGE.local" }, "romeo@edge.local", "<success")]
    [InlineData(new[] { "romeo@edge.local" }, "juliet@edge.local", "<invalid-authzid/>")]
    [InlineData(new[] { "romeo@edge.local", "juliet@edge.local" }, "juliet@edge.local", "<success")]
    [InlineData(new[] { "romeo@edge.local", "juliet@edge.local" }, "", "<invalid-authzid/>")]
    [InlineData(new[] { "romeo@elsewhere.example", "juliet@edge.local" }, "", "<success")]
    [InlineData(new[] { "nobody@edge.local" }, "", "<not-authorized/>")]
    [InlineData(new[] { "nobody@edge.local", "juliet@edge.local" }, "", "<success")] // just one of them has an account
    [InlineData(new[] { "nobody@edge.local", "nothing@edge.local" }, "", "<not-authorized/>")]
    public async Task The_address_in_the_certificate_is_who_signs_in(string[] addresses, string authzid, string answer)
    {
        using var certificate = ClientCertificate.With(xmpp: addresses);
        await using var host = new XmppHost();
        Assert.Contains(answer, await SignInAsync(host, certificate, authzid), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_session_ends_with_the_certificate()
    {
        using var certificate = ClientCertificate.With(xmpp: ["romeo@edge.local"]);
        await using var host = new XmppHost(settings: [("xmpp:idleSeconds", "172800"), ("xmpp:pingAfterSeconds", "86400")]);
        var (raw, _) = await host.OpenTlsRawAsync(new XmppListenerPolicy { ClientCertificates = certificate.Authority }, certificate.Certificate);
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        await raw.SendAuthAsync("EXTERNAL", "");
        await raw.ReadUntilAsync("/>");
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        await raw.BindAsync();
        var end = new DateTimeOffset(certificate.Certificate.NotAfter.ToUniversalTime());
        while (host.Clock.GetUtcNow() < end - TimeSpan.FromDays(1)) // TLS looks at the true time, which is months ahead of this clock
        {
            host.Clock.Advance(TimeSpan.FromHours(23));
            Assert.Equal("", await raw.SoFarAsync());
        }

        host.Clock.Advance(end - host.Clock.GetUtcNow());

        var answer = await raw.ReadToEndAsync();
        Assert.Contains("<reset ", answer, StringComparison.Ordinal);
        Assert.Contains("Its certificate ran out", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_account_is_told_so()
    {
        using var certificate = ClientCertificate.With(xmpp: ["tybalt@edge.local"]);
        await using var host = new XmppHost();
        host.Accounts.Put("tybalt", isDisabled: true);
        Assert.Contains("<account-disabled/>", await SignInAsync(host, certificate, ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("commonName", "<success")]
    [InlineData("email", "<success")]
    [InlineData("none", "<not-authorized/>")]
    public async Task Without_an_address_the_configuration_says_what_names_the_account(string setting, string answer)
    {
        using var certificate = ClientCertificate.With("romeo", mails: ["romeo@edge.local"]);
        await using var host = new XmppHost(settings: ("xmpp:sasl:certificateAccount", setting));
        Assert.Contains(answer, await SignInAsync(host, certificate, "", isOffered: answer == "<success"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_its_own_comes_before_every_other_name()
    {
        using var certificate = ClientCertificate.With("juliet", ["romeo@edge.local"], ["nurse@edge.local"]);
        await using var host = new XmppHost(settings: ("xmpp:sasl:certificateAccount", "commonName"));
        Assert.Contains("<invalid-authzid/>", await SignInAsync(host, certificate, "juliet@edge.local"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_certificate_it_is_not_offered()
    {
        using var certificate = ClientCertificate.With(xmpp: ["romeo@edge.local"]);
        await using var host = new XmppHost();
        var (raw, _) = await host.OpenTlsRawAsync(new() { ClientCertificates = certificate.Authority });
        await raw.SendAsync(RawClient.Header);
        Assert.DoesNotContain("EXTERNAL", await raw.ReadUntilAsync("</stream:features>"), StringComparison.Ordinal);
        await raw.SendAuthAsync("EXTERNAL", "");
        Assert.Contains("<invalid-mechanism/>", await raw.ReadSaslAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> SignInAsync(XmppHost host, ClientCertificate certificate, string authzid, bool isOffered = true)
    {
        var (raw, _) = await host.OpenTlsRawAsync(new XmppListenerPolicy { ClientCertificates = certificate.Authority }, certificate.Certificate);
        await raw.SendAsync(RawClient.Header);
        Assert.Equal(isOffered, (await raw.ReadUntilAsync("</stream:features>")).Contains("<mechanism>EXTERNAL<", StringComparison.Ordinal));
        await raw.SendAuthAsync("EXTERNAL", authzid);
        return await raw.ReadSaslAsync();
    }
}
