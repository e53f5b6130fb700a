using System.Xml.Linq;

using Edge.Identity.Accounts;
using Edge.Identity.Registration;
using Edge.Tests.Mqtt.Harness;
using Edge.Tests.Xmpp.Sasl;
using Edge.Things;
using Edge.Xmpp;
using Edge.Xmpp.Modules;
using Edge.Xmpp.Modules.DataForms;
using Edge.Xmpp.Modules.SignedForms;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Xmpp.Registration;

/// <summary>XEP-0077 by signed forms of XEP-0348, before signing in and on the same stream.</summary>
public sealed class RegistrationTests
{
    private const string Password = "tis but thy name";

    private static readonly XNamespace Register = "jabber:iq:register";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HMAC-SHA1")]
    [InlineData("HMAC-SHA256")]
    public async Task A_signed_form_makes_an_account_that_signs_in_on_the_same_stream(string method)
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        var key = await KeyAsync(host);
        var (raw, features) = await host.OpenAsync();
        Assert.Contains("<register xmlns='http://jabber.org/features/iq-register'/>", features.Replace('"', '\''), StringComparison.Ordinal);

        Assert.Contains("type='result'", await SubmitAsync(host, raw, key, method: method), StringComparison.Ordinal);

        Assert.Contains("<success", await raw.SignInByScramAsync("meter-7", Password), StringComparison.Ordinal);
        Assert.Equal(Roles.Device, (await host.Get<IAccounts>().FindAsync("meter-7", Cancel))!.Roles);
        Assert.Equal(1, (await host.Get<IRegistrationKeys>().ListAsync(Cancel)).Single().Used);
    }

    [Fact]
    public async Task A_client_that_failed_to_sign_in_registers_and_tries_again()
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        var key = await KeyAsync(host);
        var (raw, _) = await host.OpenAsync();

        Assert.Contains("<not-authorized/>", await raw.SignInByScramAsync("meter-7", Password), StringComparison.Ordinal);
        await SubmitAsync(host, raw, key);
        Assert.Contains("<success", await raw.SignInByScramAsync("meter-7", Password), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_good_key_nothing_is_offered_nor_given()
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        var (raw, features) = await host.OpenAsync();
        Assert.DoesNotContain("iq-register", features, StringComparison.Ordinal);
        Assert.Contains("<service-unavailable", await raw.AskAsync("<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>"), StringComparison.Ordinal);

        var key = await KeyAsync(host);
        await host.Get<IRegistrationKeys>().SwitchAsync(key.Key.Id, false, Cancel);
        Assert.DoesNotContain("iq-register", (await host.OpenAsync()).Features, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_the_clear_nothing_is_offered_where_tls_is_required()
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        await KeyAsync(host);
        var (raw, features) = await host.OpenAsync(new XmppListenerPolicy());
        Assert.DoesNotContain("iq-register", features, StringComparison.Ordinal);
        Assert.Contains("<not-allowed", await raw.AskAsync("<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_without_a_form_make_no_account()
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        await KeyAsync(host);
        var (raw, _) = await host.OpenAsync();
        var answer = await raw.AskAsync($"<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>romeo</username><password>{Password}</password></query></iq>");
        Assert.Contains("code='406'", answer, StringComparison.Ordinal);
        Assert.Contains("<not-acceptable", answer, StringComparison.Ordinal);
        Assert.Null(await host.Get<IAccounts>().FindAsync("romeo", Cancel));
    }

    public static TheoryData<string> Wrongs => ["secret", "key", "token", "late", "early", "method", "version", "nonce", "signature", "username", "form"];

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task Whatever_is_wrong_with_the_signature_the_answer_is_bad_request(string what)
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        var key = await KeyAsync(host);
        var (raw, _) = await host.OpenAsync();

        var answer = await SubmitAsync(host, raw, what == "secret" ? key with { Secret = new('0', 64) } : key, before: form => what switch
        {
            "key" => With(form, SignedFormFields.ConsumerKey, "nobody's"),
            "token" => With(form, SignedFormFields.Token, "another"),
            "late" => With(form, SignedFormFields.Timestamp, Time(host, 301)),
            "early" => With(form, SignedFormFields.Timestamp, Time(host, -301)),
            "version" => With(form, SignedFormFields.Version, "2.0"),
            "nonce" => With(form, SignedFormFields.Nonce, ""),
            "form" => With(form, "FORM_TYPE", "jabber:iq:register"),
            _ => form,
        }, after: form => what switch
        {
            "method" => With(form, SignedFormFields.Method, "PLAINTEXT"),
            "signature" => With(form, SignedFormFields.Signature, "AAAA"),
            "username" => With(form, "username", "somebody-else"), // what was signed is another
            _ => form,
        });

        Assert.Contains("<bad-request", answer, StringComparison.Ordinal);
        Assert.Contains("code='400'", answer, StringComparison.Ordinal);
        Assert.Equal(0, (await host.Get<IRegistrationKeys>().ListAsync(Cancel)).Single().Used);
    }

    [Fact]
    public async Task A_form_that_was_handed_in_is_good_no_more_here_nor_on_another_stream()
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        var key = await KeyAsync(host);
        var (raw, _) = await host.OpenAsync();
        string? sent = null;
        Assert.Contains("type='result'", await SubmitAsync(host, raw, key, send: xml => sent = xml), StringComparison.Ordinal);

        Assert.Contains("<not-acceptable", await raw.AskAsync(sent!), StringComparison.Ordinal); // one identity a stream
        var (other, _) = await host.OpenAsync();
        Assert.Contains("<bad-request", await other.AskAsync(sent!), StringComparison.Ordinal);
        await other.AskAsync("<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>");
        Assert.Contains("<bad-request", await other.AskAsync(sent!), StringComparison.Ordinal);
        Assert.Equal(1, (await host.Get<IRegistrationKeys>().ListAsync(Cancel)).Single().Used);
    }

    [Fact]
    public async Task A_form_that_is_cancelled_makes_nothing_and_another_may_follow()
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        var key = await KeyAsync(host);
        var (raw, _) = await host.OpenAsync();
        await raw.AskAsync("<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>");

        var cancelled = await raw.AskAsync("<iq type='set' id='c'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='cancel'/></query></iq>");
        Assert.Contains("type='result'", cancelled, StringComparison.Ordinal);
        Assert.Null(await host.Get<IAccounts>().FindAsync("meter-7", Cancel));

        Assert.Contains("type='result'", await SubmitAsync(host, raw, key), StringComparison.Ordinal);
        Assert.NotNull(await host.Get<IAccounts>().FindAsync("meter-7", Cancel));
    }

    [Fact]
    public async Task A_nonce_that_was_used_at_its_time_is_refused_in_a_fresh_form_and_with_another_time_taken()
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        var key = await KeyAsync(host);
        DataForm Same(DataForm form) => With(form, SignedFormFields.Nonce, "once");
        Assert.Contains("type='result'", await SubmitAsync(host, (await host.OpenAsync()).Raw, key, before: Same), StringComparison.Ordinal);

        var (raw, _) = await host.OpenAsync();
        Assert.Contains("<bad-request", await SubmitAsync(host, raw, key, "meter-8", before: Same), StringComparison.Ordinal);
        Assert.Null(await host.Get<IAccounts>().FindAsync("meter-8", Cancel));

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("type='result'", await SubmitAsync(host, raw, key, "meter-8", before: Same), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_outcome_is_counted_and_each_refusal_told_with_its_remedy()
    {
        var log = new LogCapture();
        await using var host = new XmppHost(more: services => XmppHost.RealAccounts(services.AddLogging(l => l.AddProvider(log))));
        using var figures = new Figures(host);
        var key = await KeyAsync(host);
        await SubmitAsync(host, (await host.OpenAsync(remote: SaslStream.Here)).Raw, key);
        await SubmitAsync(host, (await host.OpenAsync(remote: SaslStream.Here)).Raw, key with { Secret = new('0', 64) });
        await SubmitAsync(host, (await host.OpenAsync(remote: SaslStream.Here)).Raw, key, "juliet", "short");

        Assert.Equal((1, 2), (figures.Read("edge.xmpp.registrations", "ok"), figures.Read("edge.xmpp.registrations", "failed")));
        var lines = log.Lines.Where(l => l.Contains("A registration from", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.StartsWith("Warning A registration from 127.0.0.1 was refused (bad-request).", lines[0], StringComparison.Ordinal);
        Assert.Contains("compare key and secret with 'registration keys list'", lines[0], StringComparison.Ordinal);
        Assert.Contains("A password has 8 to 256 characters.", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(log.Lines, l => l.Contains(key.Secret, StringComparison.Ordinal) || l.Contains(Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_registration_is_switched_off_a_good_key_changes_nothing()
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts, settings: ("xmpp:registration:enabled", "false"));
        await KeyAsync(host);
        var (raw, features) = await host.OpenAsync();
        Assert.DoesNotContain("iq-register", features, StringComparison.Ordinal);
        Assert.Contains("code='503'", await raw.AskAsync("<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("juliet", Password, "conflict", "409")]
    [InlineData("", Password, "not-acceptable", "406")]
    [InlineData("meter 7", Password, "not-acceptable", "406")]
    [InlineData("meter-7", "short", "not-acceptable", "406")]
    [InlineData("meter-7", "", "not-acceptable", "406")]
    public async Task What_cannot_be_an_account_costs_nothing_of_the_quota(string name, string password, string condition, string code)
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        await host.Get<IAccounts>().CreateAsync("juliet", Password, Roles.None, Cancel);
        var key = await KeyAsync(host, quota: 1);
        var (raw, _) = await host.OpenAsync();

        var answer = await SubmitAsync(host, raw, key, name, password);
        Assert.Contains($"<{condition}", answer, StringComparison.Ordinal);
        Assert.Contains($"code='{code}'", answer, StringComparison.Ordinal);

        Assert.Contains("type='result'", await SubmitAsync(host, raw, key), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_makes_as_many_accounts_as_it_may_until_its_time_is_over_or_it_is_switched_off()
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        var (used, over, off, good) = (await KeyAsync(host, quota: 1), await KeyAsync(host, days: 1), await KeyAsync(host), await KeyAsync(host));
        await SubmitAsync(host, (await host.OpenAsync()).Raw, used);
        host.Clock.Advance(TimeSpan.FromDays(1));
        await host.Get<IRegistrationKeys>().SwitchAsync(off.Key.Id, false, Cancel);

        foreach (var (key, condition) in new[] { (used, "resource-constraint"), (over, "forbidden"), (off, "forbidden") })
            Assert.Contains($"<{condition}", await SubmitAsync(host, (await host.OpenAsync()).Raw, key, "meter-8"), StringComparison.Ordinal);
        Assert.Contains("type='result'", await SubmitAsync(host, (await host.OpenAsync()).Raw, good, "meter-8"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_attempts_are_limited_by_address_and_end_the_stream()
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts, settings: [("identity:signInFailuresPerAddress", "5"), ("xmpp:maxLoginAttempts", "2")]);
        var key = (await KeyAsync(host)) with { Secret = new('0', 64) };
        var (raw, _) = await host.OpenAsync(remote: SaslStream.Here);
        await SubmitAsync(host, raw, key);
        await SubmitAsync(host, raw, key);
        Assert.Contains("<policy-violation", await raw.ReadToEndAsync(), StringComparison.Ordinal);

        for (var i = 0; i < 3; i++) await SubmitAsync(host, (await host.OpenAsync(remote: SaslStream.Here)).Raw, key);
        Assert.Contains("<resource-constraint", await SubmitAsync(host, (await host.OpenAsync(remote: SaslStream.Here)).Raw, await KeyAsync(host)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_account_cannot_remove_one()
    {
        await using var host = new XmppHost(more: XmppHost.RealAccounts);
        await KeyAsync(host);
        var (raw, _) = await host.OpenAsync();
        Assert.Contains("<unexpected-request", await raw.AskAsync("<iq type='set' id='r'><query xmlns='jabber:iq:register'><remove/></query></iq>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_says_what_it_serves()
    {
        await using var host = new XmppHost();
        var romeo = await host.ConnectAsync("romeo");
        var info = await romeo.RequestAsync(Jid.Parse("edge.local"), IqType.Get, new XElement(XName.Get("query", "http://jabber.org/protocol/disco#info")));
        var features = info.Payload!.Elements().Select(f => (string?)f.Attribute("var")).ToList();
        Assert.Contains("jabber:iq:register", features);
        Assert.Contains("urn:xmpp:xdata:signature:oauth1", features);
    }

    [Fact]
    public async Task Operators_are_told_of_a_refusal_with_its_reason_and_without_secrets()
    {
        using var log = new LogCapture();
        await using var host = new XmppHost(more: s => XmppHost.RealAccounts(s.AddLogging(l => l.AddProvider(log))));
        var key = await KeyAsync(host);
        await SubmitAsync(host, (await host.OpenAsync(remote: SaslStream.Here)).Raw, key with { Secret = new('0', 64) });

        var line = Assert.Single(log.Lines, l => l.Contains("A registration from", StringComparison.Ordinal));
        Assert.StartsWith($"Warning A registration from {SaslStream.Here.Address} was refused (bad-request).", line, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret, line, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, line, StringComparison.Ordinal);
    }

    private static async Task<GivenRegistrationKey> KeyAsync(XmppHost host, int quota = 10, int days = 0)
    {
        var (given, error) = await host.Get<IRegistrationKeys>().CreateAsync(
            "Meters", quota, days, "olga", Cancel);
        Assert.Equal(RegistrationKeyError.None, error);
        return given!;
    }

    /// <summary>Asks for the form, fills it in, signs it, hands it in; returns the answer.</summary>
    private static async Task<string> SubmitAsync(
        XmppHost host, RawClient raw, GivenRegistrationKey key, string name = "meter-7", string password = Password, string method = "HMAC-SHA1",
        Func<DataForm, DataForm>? before = null, Func<DataForm, DataForm>? after = null, Action<string>? send = null)
    {
        var answer = await raw.AskAsync("<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>");
        if (!answer.Contains("type='result'", StringComparison.Ordinal)) return answer;

        var iq = XElement.Parse(answer);
        Assert.True(DataForm.TryFind(iq.Elements().Single(), new(), out var given, out _));
        var form = DataForm.Of(FormType.Submit, FormSignature.Feature, [.. given!.Fields.Where(f => f.Name != "FORM_TYPE")]);
        form = With(form, SignedFormFields.ConsumerKey, key.Key.Id);
        form = With(form, SignedFormFields.Method, method);
        form = With(form, SignedFormFields.Nonce, Guid.NewGuid().ToString("N"));
        form = With(form, SignedFormFields.Timestamp, Time(host, 0));
        form = With(With(form, "username", name), "password", password);
        form = before?.Invoke(form) ?? form;
        form = With(form, SignedFormFields.Signature, FormSignature.Make(form, "", key.Secret, form.Value(SignedFormFields.TokenSecret)!));
        form = after?.Invoke(form) ?? form;

        var xml = new XElement(Register + "query", form.ToElement()).ToString(SaveOptions.DisableFormatting);
        send?.Invoke($"<iq type='set' id='s'>{xml}</iq>");
        return await raw.AskAsync($"<iq type='set' id='s'>{xml}</iq>");
    }

    private static string Time(XmppHost host, int seconds) => (host.Clock.GetUtcNow().ToUnixTimeSeconds() + seconds).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static DataForm With(DataForm form, string name, string value) =>
        form with { Fields = [.. form.Fields.Where(f => f.Name != name), FormField.Of(name, value)] };
}
