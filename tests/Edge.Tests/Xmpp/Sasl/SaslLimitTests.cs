using System.Net;

using Edge.Identity.Accounts;

using Microsoft.Extensions.DependencyInjection;

namespace Edge.Tests.Xmpp.Sasl;

/// <summary>What keeps guessers slow, whichever protocol they come by.</summary>
public sealed class SaslLimitTests
{
    private static readonly IPEndPoint Elsewhere = new(IPAddress.Parse("127.0.0.2"), 4001);

    [Fact]
    public async Task A_second_attempt_on_the_same_stream_is_heard()
    {
        await using var host = new XmppHost();
        var (raw, _) = await host.OpenAsync();

        Assert.Contains("<not-authorized/>", await raw.SignInByScramAsync("romeo", "a guess"), StringComparison.Ordinal);
        Assert.Contains("<success", await raw.SignInByScramAsync("romeo", TestAccounts.PasswordOf("romeo")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_failures_from_an_address_silence_it_for_a_minute()
    {
        await using var host = new XmppHost(settings: ("identity:signInFailuresPerAddress", "2"));
        for (var i = 0; i < 2; i++)
        {
            var (guesser, _) = await host.OpenAsync(remote: SaslStream.Here);
            await guesser.SignInByScramAsync("romeo", "a guess");
        }

        var (silenced, _) = await host.OpenAsync(remote: SaslStream.Here);
        Assert.Contains("<temporary-auth-failure/>", await silenced.SignInByScramAsync("romeo", TestAccounts.PasswordOf("romeo")), StringComparison.Ordinal);
        var (other, _) = await host.OpenAsync(remote: Elsewhere);
        Assert.Contains("<success", await other.SignInByScramAsync("romeo", TestAccounts.PasswordOf("romeo")), StringComparison.Ordinal);

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var (later, _) = await host.OpenAsync(remote: SaslStream.Here);
        Assert.Contains("<success", await later.SignInByScramAsync("romeo", TestAccounts.PasswordOf("romeo")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_failures_for_an_account_leave_its_owner_in_where_he_was_before()
    {
        await using var host = new XmppHost(settings: ("identity:signInFailuresPerAccount", "2"));
        var (owner, _) = await host.OpenAsync(remote: SaslStream.Here);
        Assert.Contains("<success", await owner.SignInByScramAsync("romeo", TestAccounts.PasswordOf("romeo")), StringComparison.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            var (guesser, _) = await host.OpenAsync(remote: Elsewhere);
            await guesser.SignInByScramAsync("romeo", "a guess");
        }

        var (elsewhere, _) = await host.OpenAsync(remote: Elsewhere);
        Assert.Contains("<temporary-auth-failure/>", await elsewhere.SignInByScramAsync("romeo", TestAccounts.PasswordOf("romeo")), StringComparison.Ordinal);
        var (home, _) = await host.OpenAsync(remote: SaslStream.Here);
        Assert.Contains("<success", await home.SignInByScramAsync("romeo", TestAccounts.PasswordOf("romeo")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guesses_over_other_protocols_count_too()
    {
        await using var host = new XmppHost(settings: ("identity:signInFailuresPerAddress", "2"));
        for (var i = 0; i < 2; i++) host.Get<ISignInGuard>().Failed("romeo", SaslStream.Here.Address);

        var (raw, _) = await host.OpenAsync(remote: SaslStream.Here);

        Assert.Contains("<temporary-auth-failure/>", await raw.SignInByScramAsync("romeo", TestAccounts.PasswordOf("romeo")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_to_a_failure_takes_its_time()
    {
        await using var host = new XmppHost(settings: ("xmpp:sasl:failureDelayMilliseconds", "500"));
        var (raw, _) = await host.OpenAsync();
        await raw.SendAsync("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='NONE'/>");
        var answer = raw.ReadSaslAsync();

        await Edge.TestKit.Eventually.HoldsAsync(() =>
        {
            if (!answer.IsCompleted) host.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return answer.IsCompleted;
        });

        Assert.Contains("<invalid-mechanism/>", await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_was_not_heard_does_not_end_the_session_that_a_password_opened()
    {
        var guard = new RefusingGuard();
        await using var host = new XmppHost(more: services => services.AddSingleton<ISignInGuard>(guard), settings: ("xmpp:loginSeconds", "600"));
        await host.Get<Edge.Identity.Tokens.SigningKey>().LoadAsync(CancellationToken.None);
        var token = host.Get<Edge.Identity.Tokens.ITokenService>().Issue(
            "juliet@edge.local", "phone", [new(Edge.Identity.Tokens.TopicAccess.ReadWrite, "$xmpp")], TimeSpan.FromMinutes(1));
        var (raw, _) = await host.OpenTlsRawAsync();
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        guard.RefusesSecond = true;
        await raw.SendAuthAsync("OAUTHBEARER", $"n,,\u0001auth=Bearer {token.Value}\u0001\u0001");
        Assert.Contains("<temporary-auth-failure/>", await raw.ReadSaslAsync(), StringComparison.Ordinal);

        guard.RefusesSecond = false;
        Assert.Contains("<success", await raw.SignInByScramAsync("juliet", TestAccounts.PasswordOf("juliet")), StringComparison.Ordinal);
        await raw.SendAsync(RawClient.Header);
        await raw.ReadUntilAsync("</stream:features>");
        await raw.BindAsync();
        for (var i = 0; i < 2; i++)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(1.5));
            Assert.Equal("", await raw.SoFarAsync());
        }
    }

    // Between the question whether a try is heard, and the one after it, somebody else's guesses may have come.
    private sealed class RefusingGuard : ISignInGuard
    {
        private int _asked;

        public bool RefusesSecond { get; set; }

        public SignInRefusal? Check(string? name, IPAddress? from) =>
            RefusesSecond && ++_asked % 2 == 0 ? new(PasswordError.TooManyFromAddress, "Too many.") : null;

        public void Failed(string? name, IPAddress? from)
        {
        }

        public void Succeeded(string name, IPAddress? from)
        {
        }
    }

    [Fact]
    public async Task Words_without_end_are_malformed()
    {
        await using var host = new XmppHost(settings: ("xmpp:sasl:maxMessageBytes", "1024"));
        var (raw, _) = await host.OpenAsync();
        await raw.SendAuthAsync("SCRAM-SHA-1", "n,,n=" + new string('x', 2000) + ",r=abc");
        Assert.Contains("<malformed-request/>", await raw.ReadSaslAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mechanism_that_some_account_has_no_keys_for_is_offered_to_none()
    {
        await using var storage = new Edge.Storage.Memory.MemoryStorage();
        await storage.Open<Account>("accounts").SaveAsync("abraham", PasswordKeys.Make("of old", 16).Of(new("abraham", Roles.None, default)) with { ScramSha512 = null });
        await using var host = new XmppHost(storage);
        await host.Get<AccountStore>().LoadAsync(CancellationToken.None);
        var (_, before) = await host.OpenAsync();
        Assert.DoesNotContain("SHA-512", before, StringComparison.Ordinal);

        Assert.NotNull((await host.Get<IPasswords>().CheckAsync("abraham", "of old", null)).Account);

        var (_, after) = await host.OpenAsync();
        Assert.Contains("<mechanism>SCRAM-SHA-512<", after, StringComparison.Ordinal);
    }
}
