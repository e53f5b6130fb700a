using Edge.Identity.Accounts;
using Edge.Identity.Tokens;
using Edge.Tests.Xmpp.Sasl;

namespace Edge.Tests.Xmpp.Registration;

/// <summary>What the owner of an account does with it from a client that is signed in (XEP-0077 §3.2, §3.3).</summary>
public sealed class OwnAccountTests
{
    private const string Wanted = "what's in a name";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_account_is_told_that_it_is_registered_and_how_it_is_called()
    {
        await using var host = await StartAsync();
        var juliet = await host.BoundRawAsync("juliet");

        var answer = await juliet.AskAsync("<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>");

        Assert.Contains("<registered/>", answer, StringComparison.Ordinal);
        Assert.Contains("<username>juliet</username>", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(TestAccounts.PasswordOf("juliet"), answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("juliet")]
    [InlineData("Juliet")]
    [InlineData("juliet@edge.local")]
    public async Task Another_password_ends_all_sessions_but_the_one_that_set_it(string name)
    {
        await using var host = await StartAsync();
        var (phone, desk) = (await host.BoundRawAsync("juliet"), await host.BoundRawAsync("juliet"));

        var answer = await desk.RegisterAsync($"<username>{name}</username><password>{Wanted}</password>");

        Assert.Contains("type='result'", answer, StringComparison.Ordinal);
        Assert.Contains("<not-authorized", await phone.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal("", await desk.SoFarAsync());
        Assert.NotNull((await host.Get<IPasswords>().CheckAsync("juliet", Wanted, null, Cancel)).Account);
    }

    [Theory]
    [InlineData("<username>romeo</username><password>what's in a name</password>", "not-allowed", 405)]
    [InlineData("<username>juliet@elsewhere.example</username><password>what's in a name</password>", "not-allowed", 405)]
    [InlineData("<username>juliet</username><password/>", "bad-request", 400)]
    [InlineData("<username>juliet</username>", "bad-request", 400)]
    [InlineData("<password>what's in a name</password>", "bad-request", 400)]
    [InlineData("<username>juliet</username><password>short</password>", "not-acceptable", 406)]
    [InlineData("<remove/><username>juliet</username>", "bad-request", 400)]
    public async Task What_is_wrong_is_told_in_the_new_way_and_the_old_and_changes_nothing(string payload, string condition, int code)
    {
        await using var host = await StartAsync();
        var juliet = await host.BoundRawAsync("juliet");

        Refused(await juliet.RegisterAsync(payload), condition, code);

        Assert.NotNull((await host.Get<IPasswords>().CheckAsync("juliet", TestAccounts.PasswordOf("juliet"), null, Cancel)).Account);
        Assert.NotNull((await host.Get<IPasswords>().CheckAsync("romeo", TestAccounts.PasswordOf("romeo"), null, Cancel)).Account);
    }

    [Theory]
    [InlineData("passwordChange", "<username>juliet</username><password>what's in a name</password>")]
    [InlineData("removal", "<remove/>")]
    public async Task What_the_operator_switched_off_is_not_allowed_and_names_its_key(string key, string payload)
    {
        await using var host = await StartAsync($"xmpp:registration:{key}");
        var juliet = await host.BoundRawAsync("juliet");

        var answer = await juliet.RegisterAsync(payload);

        Refused(answer, "not-allowed", 405);
        Assert.Contains($"xmpp:registration:{key}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_operator_stays()
    {
        await using var host = await StartAsync();
        await host.Get<AccountStore>().SetRolesAsync("juliet", Roles.Operator, Cancel);
        var juliet = await host.BoundRawAsync("juliet");

        Refused(await juliet.RegisterAsync("<remove/>"), "not-allowed", 405);

        Assert.Equal("", await juliet.SoFarAsync());
        Assert.True((await host.Get<IAccounts>().FindAsync("juliet", Cancel)) is { IsDisabled: false });
    }

    [Theory]
    [InlineData("<username>juliet</username><password>what's in a name</password>")]
    [InlineData("<remove/>")]
    public async Task A_token_is_not_enough(string payload)
    {
        await using var host = await StartAsync();
        await host.Get<SigningKey>().LoadAsync(Cancel);
        var juliet = await host.SignInByTokenAsync("phone");
        await juliet.BindAsync();

        Refused(await juliet.RegisterAsync(payload), "not-authorized", 401);
    }

    [Theory]
    [InlineData("<username>juliet</username><password>what's in a name</password>")]
    [InlineData("<remove/>")]
    public async Task Who_has_no_account_any_more_is_told_so(string payload)
    {
        await using var host = await StartAsync();
        var juliet = await host.BoundRawAsync("juliet");
        await host.Get<AccountStore>().DeleteAsync("juliet", Cancel);

        Refused(await juliet.RegisterAsync(payload), "registration-required", 407);
    }

    private static async Task<XmppHost> StartAsync(string? off = null)
    {
        var host = new XmppHost(more: XmppHost.RealAccounts, settings: off is null ? [] : [(off, "false")]);
        foreach (var name in (string[])["juliet", "romeo"]) await host.Get<IAccounts>().CreateAsync(name, TestAccounts.PasswordOf(name), Roles.Owner, Cancel);
        return host;
    }

    private static void Refused(string answer, string condition, int code)
    {
        Assert.Contains("type='error'", answer, StringComparison.Ordinal);
        Assert.Contains($"<{condition} ", answer, StringComparison.Ordinal);
        Assert.Contains($"code='{code}'", answer, StringComparison.Ordinal);
    }
}
