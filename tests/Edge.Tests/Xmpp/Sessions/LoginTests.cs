using System.Net;
using System.Text;
using System.Xml.Linq;

using Edge.Identity.Sasl;
using Edge.Xmpp;
using Edge.Xmpp.Client;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Routing;

namespace Edge.Tests.Xmpp.Sessions;

public sealed class LoginTests
{
    [Theory]
    [InlineData("SCRAM-SHA-1")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    public async Task Signs_in_by_each_mechanism_and_binds_what_was_asked(string mechanism)
    {
        await using var host = new XmppHost();
        var client = await host.ConnectAsync("romeo", "balcony", mechanism);
        Assert.Equal("romeo@edge.local/balcony", client.Address.ToString());
    }

    [Fact]
    public async Task The_server_makes_a_resource_where_none_is_asked()
    {
        await using var host = new XmppHost();
        var (one, two) = (await host.ConnectAsync("romeo"), await host.ConnectAsync("romeo"));
        Assert.Equal(16, one.Address.Resource.Length);
        Assert.NotEqual(one.Address, two.Address);
    }

    [Theory]
    [InlineData("romeo", "wrong")]
    [InlineData("nobody", "password of nobody")]
    public async Task A_wrong_password_and_an_unknown_name_are_refused_alike(string user, string password)
    {
        await using var host = new XmppHost();
        var e = await Assert.ThrowsAsync<XmppClientException>(() => LoginAsync(host, user, password));
        Assert.Equal("not-authorized", e.Condition);
    }

    [Fact]
    public async Task A_disabled_account_is_refused()
    {
        await using var host = new XmppHost();
        host.Accounts.Put("tybalt", isDisabled: true);
        var e = await Assert.ThrowsAsync<XmppClientException>(() => host.ConnectAsync("tybalt"));
        Assert.Equal("account-disabled", e.Condition); // its owner may know; who does not have its password is told not-authorized
    }

    [Fact]
    public async Task An_unknown_name_gets_the_same_salt_each_time()
    {
        await using var host = new XmppHost();
        Assert.Equal(await SaltOfAsync(host, "nobody"), await SaltOfAsync(host, "nobody"));
        Assert.NotEqual(await SaltOfAsync(host, "nobody"), await SaltOfAsync(host, "noone"));
    }

    [Fact]
    public async Task Another_try_on_the_same_connection_is_allowed_until_the_limit()
    {
        await using var host = new XmppHost(settings: ("xmpp:maxLoginAttempts", "3"));
        var raw = await OpenAsync(host);
        for (var i = 0; i < 2; i++)
        {
            await raw.SendAsync("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='CRAM-MD5'>AHJvbWVvAHg=</auth>");
            Assert.Contains("<invalid-mechanism/>", await raw.ReadUntilAsync("</failure>"), StringComparison.Ordinal);
        }

        await raw.SendAsync("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='CRAM-MD5'/>");
        var end = await raw.ReadToEndAsync();
        Assert.Contains("<invalid-mechanism/></failure><stream:error><policy-violation", end, StringComparison.Ordinal);
        Assert.Contains("xmpp:maxLoginAttempts", end, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>***</auth>", "incorrect-encoding")]
    [InlineData("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>aGVsbG8=</auth>", "malformed-request")]
    [InlineData("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>cD10bHMtdW5pcXVlLCxuPWEscj1i</auth>", "malformed-request")]
    [InlineData("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>bixhPWp1bGlldCxuPXJvbWVvLHI9Yg==</auth>", "invalid-authzid")]
    [InlineData("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>aGVsbG8=</response>", "malformed-request")]
    [InlineData("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", "aborted")]
    public async Task Broken_exchanges_are_answered_with_their_condition(string element, string condition)
    {
        await using var host = new XmppHost();
        var raw = await OpenAsync(host);
        await raw.SendAsync(element);
        Assert.Contains($"<{condition}/>", await raw.ReadUntilAsync("</failure>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_tls_nothing_but_tls_is_offered_and_signing_in_is_refused()
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw(new XmppListenerPolicy());
        await raw.SendAsync(RawClient.Header);
        var features = await raw.ReadUntilAsync("</stream:features>");
        Assert.Contains("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>", features, StringComparison.Ordinal);
        Assert.DoesNotContain("mechanism", features, StringComparison.Ordinal);

        await raw.SendAsync("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>bixuPWEscj1i</auth>");
        Assert.Contains("<encryption-required/>", await raw.ReadUntilAsync("</failure>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signs_in_over_tls_with_the_certificate_checked()
    {
        await using var host = new XmppHost();
        var client = await host.ConnectTlsAsync("romeo");
        Assert.True(client.IsEncrypted);
        Assert.True((await client.RequestAsync(null, IqType.Get, new(XName.Get("ping", "urn:xmpp:ping")))).IsSuccess);
    }

    [Fact]
    public async Task A_plain_listener_is_plain_for_this_machine_only()
    {
        await using var host = new XmppHost();
        var raw = host.OpenRaw(new() { AllowPlain = true }, new IPEndPoint(IPAddress.Parse("192.0.2.7"), 4000));
        await raw.SendAsync(RawClient.Header);
        Assert.DoesNotContain("mechanism", await raw.ReadUntilAsync("</stream:features>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_bytes_behind_starttls_in_the_clear_end_the_stream()
    {
        await using var host = new XmppHost();
        var raw = await OpenAsync(host);
        await raw.SendAsync("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><message/>");
        Assert.Contains("<policy-violation", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stanzas_before_signing_in_end_the_stream()
    {
        await using var host = new XmppHost();
        var raw = await OpenAsync(host);
        await raw.SendAsync("<message to='juliet@edge.local'/>");
        Assert.Contains("<not-authorized", await raw.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_resource_again_ends_the_former_session()
    {
        await using var host = new XmppHost();
        var former = await host.OnlineAsync("romeo", "phone");
        var next = await host.OnlineAsync("romeo", "phone");

        var e = await Assert.ThrowsAsync<XmppClientException>(() => former.Incoming.Completion.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
        Assert.Equal("conflict", e.Condition);
        Assert.Equal([next.Address], host.Get<SessionTable>().Of("romeo").Select(r => r.Jid));
    }

    [Fact]
    public async Task Sessions_of_one_account_are_limited()
    {
        await using var host = new XmppHost(settings: ("xmpp:maxSessionsPerAccount", "2"));
        await host.ConnectAsync("romeo");
        await host.ConnectAsync("romeo");
        var e = await Assert.ThrowsAsync<XmppClientException>(() => host.ConnectAsync("romeo"));
        Assert.Equal("resource-constraint", e.Condition);
        Assert.Contains("xmpp:maxSessionsPerAccount", e.Message, StringComparison.Ordinal);
        await host.ConnectAsync("juliet");
    }

    private static async Task<RawClient> OpenAsync(XmppHost host)
    {
        var raw = host.OpenRaw();
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        return raw;
    }

    private static async Task LoginAsync(XmppHost host, string user, string password)
    {
        var raw = await OpenAsync(host);
        var scram = new ScramClient(ScramMechanism.Sha256, user, password);
        await raw.SendAsync($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>{Base64(scram.First)}</auth>");
        var challenge = (await raw.ReadUntilAsync("</challenge>")).Split('>')[^2].Split('<')[0];
        await raw.SendAsync($"<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{Base64(scram.Answer(Encoding.UTF8.GetString(Convert.FromBase64String(challenge)))!)}</response>");
        var answer = await raw.ReadUntilAsync("</failure>");
        throw new XmppClientException(answer.Contains("<not-authorized/>", StringComparison.Ordinal) ? "not-authorized" : answer, "refused");
    }

    private static async Task<string> SaltOfAsync(XmppHost host, string user)
    {
        var raw = await OpenAsync(host);
        await raw.SendAsync($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>{Base64($"n,,n={user},r=abc")}</auth>");
        var challenge = (await raw.ReadUntilAsync("</challenge>")).Split('>')[^2].Split('<')[0];
        return Encoding.UTF8.GetString(Convert.FromBase64String(challenge)).Split(',')[1];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
